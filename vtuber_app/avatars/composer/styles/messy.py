"""Short messy hair."""

from vtuber_app.avatars.composer.character import Hairstyle, Tress
from vtuber_app.avatars.composer.hair import Comb, Dome, Lock, both_sides, feathered
from vtuber_app.avatars.composer.styles.combs import FRONT, SIDE
from vtuber_app.avatars.rig.format import Sway

MESSY = Hairstyle(
    dome=Dome(half=((0, 268), (62, 272), (118, 294), (164, 332), (194, 388), (208, 452), (210, 520), (200, 590))),
    tresses=(
        Tress(
            "hair back",
            place="back",
            depth=-42,
            comb=Comb(depth=0.6),
            fill=(
                (0, 320), (150, 350), (196, 450), (200, 540), (170, 620), (100, 690), (0, 700), (-100, 690),
                (-170, 620), (-200, 540), (-196, 450), (-150, 350),
            ),
            locks=both_sides(
                [
                    Lock(((20, 600), (30, 700), (10, 800)), 70, root=0.9, seen=0.1, point=1.5),
                    Lock(((64, 600), (76, 700), (96, 812)), 66, root=0.9, seen=0.1, shaded=-1, point=1.5),
                    Lock(((104, 560), (122, 680), (104, 790)), 62, root=0.8, seen=0.1, point=1.5),
                    Lock(((140, 520), (160, 640), (176, 760)), 60, root=0.7, seen=0.1, shaded=-1, point=1.5),
                    Lock(((150, 480), (190, 590), (196, 690)), 52, root=0.7, seen=0.1, point=1.5),
                ]
            ),
            curve=0.9,
        ),
        Tress(
            "tufts",
            place="side",
            depth=2,
            comb=Comb(drop=0.3),
            curve=0.6,
            locks=(
                Lock(((-184, 500), (-200, 544), (-212, 600), (-238, 650)), 50, seen=0.3, point=1.5),
                Lock(((184, 500), (200, 546), (210, 604), (226, 664)), 50, seen=0.3, shaded=-1, point=1.5),
                Lock(((-170, 424), (-196, 456), (-214, 510), (-254, 560)), 56, seen=0.3, point=1.5),
                Lock(((170, 424), (198, 456), (216, 520), (246, 584)), 54, seen=0.3, shaded=-1, point=1.5),
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
                    Lock(
                        ((120, 330), (180, 410), (196, 500), (190, 590), (174, 676)),
                        56, root=0.7, shaded=-1, seen=0.3,
                    ),
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
            sheer=0.14,
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
)  # fmt: skip
