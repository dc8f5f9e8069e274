"""Hairstyles as data."""

from vtuber_app.avatars.composer.character import Hairstyle, Tress
from vtuber_app.avatars.composer.hair import Comb, Dome, Lock, both_sides, feathered
from vtuber_app.avatars.rig.format import Sway


def ring(x: float) -> float:
    """The ring of light around the skull."""
    return 380.0 + (x / 215.0) ** 2 * 40.0


FRONT = Comb(ring=ring, ring_height=30)
SIDE = Comb(ring=lambda x: 470.0, ring_height=22, shine=0.7)
BACK = Comb(depth=0.35)
INNER = Comb(depth=0.85, drop=0.3)

LONG = Hairstyle(
    tresses=(
        Tress(
            "hair back",
            place="back",
            depth=-70,
            comb=BACK,
            fill=((0, 300), (150, 330), (206, 450), (222, 600), (236, 760), (250, 960), (250, 1080), (180, 1120), (0, 1100), (-180, 1120), (-250, 1080), (-250, 960), (-236, 760), (-222, 600), (-206, 450), (-150, 330)),
            locks=both_sides(
                [
                    Lock(((60, 330), (150, 420), (176, 580), (180, 760), (166, 900)), 90, root=0.7, seen=0.1),
                    Lock(((40, 520), (70, 700), (74, 900), (60, 1090), (84, 1200)), 110, root=0.9, seen=0.1),
                    Lock(((100, 520), (138, 700), (150, 880), (140, 1060), (170, 1230)), 110, root=0.8, seen=0.1, shaded=-1),
                    Lock(((150, 420), (192, 580), (204, 780), (226, 980), (214, 1130), (262, 1270)), 104, root=0.6, seen=0.3),
                    Lock(((150, 400), (198, 560), (222, 720), (262, 900), (276, 1040), (250, 1180)), 84, root=0.6, seen=0.3, shaded=-1),
                    Lock(((150, 390), (196, 500), (216, 640), (238, 780), (290, 940), (296, 1060), (340, 1130)), 62, root=0.6, seen=0.34, point=1.2),
                    Lock(((160, 390), (200, 500), (222, 620), (232, 740), (270, 850), (318, 910)), 30, root=0.6, seen=0.4, point=1.3, strands=0),
                ]
            ),
            sway=Sway(root=(1024, 520), length=700, gain=1.0, frequency=0.9, damping=0.3),
            hang=(640, 1080),
        ),
        Tress(
            "side locks",
            place="side",
            depth=14,
            comb=SIDE,
            shadow=True,
            locks=both_sides(
                [
                    Lock(((120, 310), (184, 390), (200, 500), (196, 640), (210, 780), (196, 930), (214, 1070)), 58, root=0.7, belly=0.3, shaded=-1, seen=0.22),
                    Lock(((110, 330), (174, 410), (190, 520), (182, 640), (176, 760), (190, 880), (166, 1000)), 46, root=0.7, belly=0.3, seen=0.2),
                    Lock(((100, 340), (160, 410), (176, 500), (168, 590), (154, 680), (160, 760)), 28, root=0.7, belly=0.3, seen=0.3),
                ]
            ),
            sway=Sway(root=(1024, 560), length=500, gain=1.0, frequency=1.3),
            hang=(640, 1000),
        ),
        Tress(
            "bangs sides",
            place="front",
            depth=26,
            comb=FRONT,
            shadow=True,
            locks=(
                Lock(((0, 290), (-110, 325), (-180, 410), (-190, 520), (-172, 610), (-158, 676)), 62, root=0.8, seen=0.2),
                Lock(((16, 290), (120, 325), (184, 410), (192, 520), (172, 610), (162, 690)), 60, root=0.8, shaded=-1, seen=0.2),
                Lock(((4, 290), (-84, 325), (-146, 415), (-156, 500), (-142, 588)), 78, root=0.8),
                Lock(((20, 290), (100, 325), (160, 415), (166, 510), (148, 606)), 74, root=0.8, shaded=-1),
            ),
            sway=Sway(root=(1024, 330), length=300, gain=0.7, frequency=1.8),
        ),
        Tress(
            "bangs",
            place="front",
            depth=34,
            comb=FRONT,
            shadow=True,
            sheer=0.24,
            locks=feathered(
                [
                    Lock(((20, 288), (74, 325), (116, 405), (122, 470), (104, 534)), 74, root=0.8, shaded=-1),
                    Lock(((8, 288), (-50, 325), (-98, 405), (-108, 470), (-92, 530)), 76, root=0.8),
                    Lock(((-10, 310), (-60, 380), (-74, 460), (-66, 520), (-46, 556)), 22, seen=0.5, strands=0),
                    Lock(((18, 288), (40, 335), (60, 420), (58, 490), (38, 548)), 66, root=0.8, shaded=-1),
                    Lock(((12, 288), (-12, 335), (-34, 420), (-36, 500), (-14, 584)), 84, root=0.8),
                    Lock(((14, 300), (14, 380), (24, 460), (20, 520), (8, 566)), 22, seen=0.5, strands=0),
                ]
            ),
            sway=Sway(root=(1024, 330), length=270, gain=0.7, frequency=2.0),
        ),
        Tress(
            "ahoge",
            place="front",
            depth=10,
            comb=Comb(drop=0),
            locks=(
                Lock(((14, 284), (0, 250), (-34, 226), (-78, 232), (-96, 256)), 22, root=0.5, belly=0.45, seen=0.05, strands=0),
                Lock(((14, 284), (20, 256), (44, 238), (72, 244)), 13, root=0.5, seen=0.05, strands=0),
            ),
            sway=Sway(root=(1034, 282), length=70, gain=1.4, frequency=2.4, damping=0.2, upward=True),
        ),
    ),
)

BOB = Hairstyle(
    tresses=(
        Tress(
            "hair back",
            place="back",
            depth=-80,
            comb=Comb(depth=0.45),
            fill=((0, 300), (150, 330), (208, 450), (226, 580), (226, 700), (196, 780), (110, 800), (0, 790), (-110, 800), (-196, 780), (-226, 700), (-226, 580), (-208, 450), (-150, 330)),
            locks=both_sides(
                [
                    Lock(((30, 560), (50, 680), (48, 760), (30, 830)), 90, root=0.9, seen=0.1),
                    Lock(((90, 560), (116, 680), (118, 770), (92, 846)), 96, root=0.9, seen=0.1, shaded=-1),
                    Lock(((140, 480), (186, 620), (190, 740), (150, 850)), 96, root=0.7, seen=0.2),
                    Lock(((150, 420), (210, 560), (228, 690), (210, 790), (226, 850)), 78, root=0.6, seen=0.24, shaded=-1),
                    Lock(((160, 400), (214, 520), (240, 640), (250, 740), (292, 792)), 48, root=0.6, seen=0.3, point=1.2),
                ]
            ),
            sway=Sway(root=(1024, 520), length=340, gain=0.8, frequency=1.4),
            curve=0.7,
        ),
        Tress(
            "side locks",
            place="side",
            depth=12,
            comb=SIDE,
            shadow=True,
            locks=both_sides(
                [
                    Lock(((120, 310), (188, 390), (210, 500), (214, 620), (206, 730), (176, 812)), 66, root=0.7, belly=0.4, shaded=-1, seen=0.2),
                    Lock(((110, 320), (178, 400), (196, 510), (194, 630), (178, 720), (142, 782)), 50, root=0.7, belly=0.4, seen=0.25),
                    Lock(((130, 340), (196, 420), (222, 540), (234, 640), (262, 706)), 30, root=0.7, seen=0.4, strands=0),
                ]
            ),
            sway=Sway(root=(1024, 500), length=320, gain=0.9, frequency=1.6),
        ),
        Tress(
            "bangs sides",
            place="front",
            depth=24,
            comb=FRONT,
            shadow=True,
            locks=(
                Lock(((-10, 290), (-120, 322), (-184, 405), (-196, 510), (-178, 610), (-146, 684)), 60, root=0.8, seen=0.2),
                Lock(((30, 290), (130, 322), (186, 405), (198, 510), (180, 600), (154, 660)), 58, root=0.8, shaded=-1, seen=0.2),
                Lock(((30, 290), (108, 322), (162, 410), (170, 500), (148, 582)), 74, root=0.8, shaded=-1),
                Lock(((-30, 290), (-104, 322), (-154, 405), (-168, 490), (-158, 560)), 70, root=0.8),
            ),
            sway=Sway(root=(1024, 330), length=300, gain=0.7, frequency=1.8),
        ),
        Tress(
            "bangs",
            place="front",
            depth=34,
            comb=FRONT,
            shadow=True,
            sheer=0.24,
            locks=feathered(
                [
                    Lock(((40, 288), (88, 322), (128, 400), (134, 466), (122, 526)), 66, root=0.8, shaded=-1),
                    Lock(((-40, 288), (-84, 325), (-122, 405), (-130, 466), (-114, 528)), 66, root=0.8),
                    Lock(((-44, 288), (-52, 330), (-72, 410), (-80, 470), (-66, 532)), 64, root=0.8),
                    Lock(((-44, 288), (20, 322), (78, 400), (96, 460), (84, 530)), 62, root=0.8, shaded=-1),
                    Lock(((-46, 288), (-20, 330), (-16, 420), (-28, 490), (-18, 566)), 72, root=0.8),
                    Lock(((-46, 288), (6, 326), (42, 410), (50, 480), (32, 552)), 72, root=0.8, shaded=-1),
                    Lock(((-46, 288), (-4, 330), (14, 410), (16, 490), (-4, 580)), 40, root=0.7, seen=0.45),
                ]
            ),
            sway=Sway(root=(1024, 330), length=270, gain=0.7, frequency=2.0),
        ),
        Tress(
            "ahoge",
            place="front",
            depth=10,
            comb=Comb(drop=0),
            locks=(Lock(((-44, 288), (-30, 244), (6, 226), (40, 240)), 16, root=0.5, seen=0.05, strands=0),),
            sway=Sway(root=(984, 286), length=60, gain=1.4, frequency=2.4, damping=0.2, upward=True),
        ),
    ),
)

MESSY = Hairstyle(
    dome=Dome(half=((0, 268), (62, 272), (118, 294), (164, 332), (194, 388), (208, 452), (210, 520), (200, 590))),
    tresses=(
        Tress(
            "hair back",
            place="back",
            depth=-70,
            comb=Comb(depth=0.6),
            fill=((0, 320), (150, 350), (196, 450), (200, 540), (170, 620), (100, 690), (0, 700), (-100, 690), (-170, 620), (-200, 540), (-196, 450), (-150, 350)),
            locks=both_sides(
                [
                    Lock(((20, 600), (30, 700), (10, 800)), 70, root=0.9, seen=0.1, point=1.5),
                    Lock(((64, 600), (76, 700), (96, 812)), 66, root=0.9, seen=0.1, shaded=-1, point=1.5),
                    Lock(((104, 560), (122, 680), (104, 790)), 62, root=0.8, seen=0.1, point=1.5),
                    Lock(((140, 520), (160, 640), (176, 760)), 60, root=0.7, seen=0.1, shaded=-1, point=1.5),
                    Lock(((150, 480), (190, 590), (196, 690)), 52, root=0.7, seen=0.1, point=1.5),
                ]
            ),
            curve=0.7,
        ),
        Tress(
            "tufts",
            place="side",
            depth=2,
            comb=Comb(drop=0.3),
            curve=0.6,
            locks=(
                Lock(((-140, 480), (-196, 540), (-212, 600), (-238, 650)), 50, seen=0.3, point=1.5),
                Lock(((140, 480), (196, 540), (210, 604), (226, 664)), 50, seen=0.3, shaded=-1, point=1.5),
                Lock(((-130, 400), (-192, 450), (-214, 510), (-254, 560)), 56, seen=0.3, point=1.5),
                Lock(((130, 400), (194, 450), (216, 520), (246, 584)), 54, seen=0.3, shaded=-1, point=1.5),
                Lock(((-110, 330), (-172, 362), (-208, 416), (-250, 450)), 60, seen=0.3, point=1.5),
                Lock(((110, 330), (174, 362), (212, 420), (262, 470)), 60, seen=0.3, shaded=-1, point=1.5),
                Lock(((-60, 300), (-130, 306), (-176, 334), (-228, 344)), 50, seen=0.35, point=1.5),
                Lock(((70, 300), (136, 306), (180, 340), (232, 366)), 52, seen=0.35, shaded=-1, point=1.5),
                Lock(((-10, 296), (-66, 278), (-114, 286), (-158, 272)), 44, seen=0.35, point=1.5),
                Lock(((40, 296), (84, 280), (126, 290), (176, 290)), 44, seen=0.35, shaded=-1, point=1.5),
                Lock(((0, 306), (-20, 270), (-48, 250), (-92, 240)), 34, seen=0.35, point=1.4),
                Lock(((20, 306), (32, 268), (62, 244), (104, 250)), 32, seen=0.35, shaded=-1, point=1.4),
                Lock(((12, 306), (8, 270), (16, 244), (44, 224)), 26, seen=0.35, point=1.4),
            ),
            sway=Sway(root=(1024, 420), length=300, gain=0.4, frequency=2.2),
        ),
        Tress(
            "side locks",
            place="side",
            depth=12,
            comb=SIDE,
            shadow=True,
            locks=both_sides(
                [
                    Lock(((120, 330), (180, 410), (196, 500), (190, 590), (174, 676)), 56, root=0.7, shaded=-1, seen=0.3),
                    Lock(((110, 340), (166, 420), (180, 510), (172, 580), (156, 640)), 40, root=0.7, seen=0.3),
                ]
            ),
            sway=Sway(root=(1024, 440), length=240, gain=0.7, frequency=2.0),
        ),
        Tress(
            "bangs sides",
            place="front",
            depth=24,
            comb=FRONT,
            shadow=True,
            locks=(
                Lock(((0, 286), (-100, 316), (-168, 396), (-184, 480), (-170, 570)), 66, root=0.8, seen=0.25),
                Lock(((24, 286), (120, 316), (176, 396), (188, 480), (168, 588)), 62, root=0.8, shaded=-1, seen=0.25),
                Lock(((6, 286), (-70, 316), (-130, 400), (-148, 476), (-126, 554)), 70, root=0.8),
                Lock(((24, 286), (100, 320), (144, 404), (152, 480), (132, 548)), 66, root=0.8, shaded=-1),
            ),
            sway=Sway(root=(1024, 330), length=260, gain=0.7, frequency=2.0),
        ),
        Tress(
            "bangs",
            place="front",
            depth=34,
            comb=FRONT,
            shadow=True,
            sheer=0.24,
            locks=feathered(
                [
                    Lock(((20, 284), (76, 322), (106, 404), (104, 466), (84, 528)), 66, root=0.8, shaded=-1),
                    Lock(((12, 284), (-30, 322), (-82, 400), (-104, 460), (-92, 530)), 66, root=0.8),
                    Lock(((16, 284), (40, 326), (54, 410), (44, 476), (54, 536)), 58, root=0.8, shaded=-1),
                    Lock(((14, 284), (-6, 326), (-44, 410), (-66, 470), (-48, 540)), 70, root=0.8),
                    Lock(((16, 284), (16, 330), (2, 420), (-20, 490), (8, 570)), 70, root=0.8),
                    Lock(((18, 300), (26, 360), (30, 430), (20, 490), (34, 540)), 22, seen=0.45, strands=0),
                ]
            ),
            sway=Sway(root=(1024, 330), length=240, gain=0.7, frequency=2.2),
        ),
    ),
)

TAIL_COMB = Comb(ring=lambda x: 560.0 + 0.25 * (abs(x) - 200), ring_height=40, shine=0.75)

TAIL = (
    Lock(((196, 416), (280, 440), (372, 520), (404, 660), (398, 800), (428, 930), (474, 1000)), 96, root=0.3, belly=0.4, seen=0.06),
    Lock(((196, 424), (250, 500), (286, 640), (276, 800), (262, 930), (284, 1050), (258, 1130)), 104, root=0.3, belly=0.4, seen=0.06, shaded=-1),
    Lock(((196, 420), (276, 460), (338, 580), (346, 760), (330, 920), (352, 1060), (318, 1180)), 138, root=0.3, belly=0.4, seen=0.06),
    Lock(((196, 420), (262, 480), (306, 620), (312, 780), (292, 900), (306, 1010), (286, 1080)), 66, root=0.3, belly=0.4, seen=0.06, shaded=-1),
    Lock(((196, 418), (290, 440), (380, 540), (424, 650), (440, 740), (486, 800)), 44, root=0.3, seen=0.06),
    Lock(((196, 424), (236, 500), (252, 600), (246, 700), (226, 780)), 34, root=0.3, seen=0.06, shaded=-1),
)

TAILS = Hairstyle(
    tresses=(
        Tress(
            "tail left",
            place="back",
            depth=-40,
            curve=0.4,
            comb=TAIL_COMB,
            locks=TAIL,
            sway=Sway(root=(1230, 420), length=560, gain=1.3, frequency=1.0, damping=0.25),
            hang=(520, 1400),
        ),
        Tress(
            "tail right",
            place="back",
            depth=-40,
            curve=0.4,
            comb=TAIL_COMB,
            locks=tuple(lock.mirrored(0.03) for lock in TAIL),
            sway=Sway(root=(818, 420), length=560, gain=1.3, frequency=1.0, damping=0.25),
            hang=(520, 1400),
        ),
        Tress(
            "hair back",
            place="back",
            depth=-70,
            comb=Comb(depth=0.7),
            fill=((0, 300), (150, 330), (206, 450), (214, 560), (180, 640), (110, 720), (0, 750), (-110, 720), (-180, 640), (-214, 560), (-206, 450), (-150, 330)),
            locks=both_sides(
                [
                    Lock(((20, 620), (30, 720), (14, 812)), 70, root=0.9, seen=0.1),
                    Lock(((70, 620), (84, 720), (70, 822)), 72, root=0.9, seen=0.1, shaded=-1),
                    Lock(((120, 580), (138, 690), (120, 800)), 72, root=0.8, seen=0.1),
                    Lock(((160, 500), (188, 620), (170, 760)), 62, root=0.7, seen=0.2, shaded=-1),
                ]
            ),
            curve=0.7,
        ),
        Tress(
            "side locks",
            place="side",
            depth=14,
            comb=SIDE,
            shadow=True,
            locks=both_sides(
                [
                    Lock(((110, 320), (178, 400), (194, 510), (186, 630), (190, 740), (168, 850)), 50, root=0.7, belly=0.35, shaded=-1, seen=0.2),
                    Lock(((100, 340), (160, 410), (178, 500), (168, 600), (150, 690), (158, 770)), 32, root=0.7, belly=0.3, seen=0.3),
                ]
            ),
            sway=Sway(root=(1024, 500), length=380, gain=1.0, frequency=1.5),
            hang=(760, 1000),
        ),
        Tress(
            "bangs sides",
            place="front",
            depth=24,
            comb=FRONT,
            shadow=True,
            locks=(
                Lock(((-4, 290), (-112, 318), (-180, 400), (-192, 500), (-178, 600), (-190, 650)), 60, root=0.8, seen=0.2),
                Lock(((16, 290), (118, 318), (184, 400), (194, 500), (178, 604), (194, 660)), 60, root=0.8, shaded=-1, seen=0.2),
                Lock(((0, 290), (-90, 318), (-150, 400), (-164, 490), (-148, 570)), 76, root=0.8),
                Lock(((16, 290), (100, 318), (154, 400), (166, 490), (152, 574)), 74, root=0.8, shaded=-1),
            ),
            sway=Sway(root=(1024, 330), length=300, gain=0.7, frequency=1.8),
        ),
        Tress(
            "bangs",
            place="front",
            depth=34,
            comb=FRONT,
            shadow=True,
            sheer=0.24,
            locks=feathered(
                [
                    Lock(((8, 288), (76, 318), (122, 394), (132, 460), (116, 528)), 72, root=0.8, shaded=-1),
                    Lock(((6, 288), (-66, 318), (-112, 394), (-124, 460), (-108, 530)), 72, root=0.8),
                    Lock(((8, 288), (48, 326), (80, 400), (86, 460), (66, 520)), 60, root=0.8, shaded=-1),
                    Lock(((6, 288), (-36, 326), (-72, 400), (-80, 460), (-62, 518)), 60, root=0.8),
                    Lock(((6, 284), (4, 330), (-6, 420), (-4, 500), (12, 590)), 62, root=0.8),
                    Lock(((10, 290), (24, 340), (38, 420), (34, 480), (22, 540)), 30, root=0.7, seen=0.4, shaded=-1, strands=0),
                ]
            ),
            sway=Sway(root=(1024, 330), length=270, gain=0.7, frequency=2.0),
        ),
        Tress(
            "ahoge",
            place="front",
            depth=10,
            comb=Comb(drop=0),
            locks=(Lock(((6, 286), (14, 240), (-6, 204), (-44, 206), (-52, 228)), 20, root=0.5, belly=0.5, seen=0.05, strands=0),),
            sway=Sway(root=(1030, 284), length=80, gain=1.6, frequency=2.2, damping=0.18, upward=True),
        ),
    ),
)
