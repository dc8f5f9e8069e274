"""Long straight hair."""

from vtuber_app.avatars.composer.character import Hairstyle, Tress
from vtuber_app.avatars.composer.hair import Comb, Lock, both_sides, feathered
from vtuber_app.avatars.composer.styles.combs import BACK, FRONT, SIDE
from vtuber_app.avatars.rig.format import Sway

LONG = Hairstyle(
    tresses=(
        Tress(
            "hair back",
            place="back",
            depth=-70,
            comb=BACK,
            fill=(
                (0, 288), (96, 304), (164, 356), (206, 450), (222, 600), (236, 760), (250, 960), (250, 1080),
                (180, 1120), (0, 1100), (-180, 1120), (-250, 1080), (-250, 960), (-236, 760), (-222, 600),
                (-206, 450), (-164, 356), (-96, 304),
            ),
            locks=both_sides(
                [
                    Lock(((60, 330), (150, 420), (176, 580), (180, 760), (166, 900)), 90, root=0.7, seen=0.1),
                    Lock(((40, 520), (70, 700), (74, 900), (60, 1090), (84, 1200)), 110, root=0.9, seen=0.1),
                    Lock(
                        ((100, 520), (138, 700), (150, 880), (140, 1060), (170, 1230)),
                        110, root=0.8, seen=0.1, shaded=-1,
                    ),
                    Lock(
                        ((150, 420), (192, 580), (204, 780), (226, 980), (214, 1130), (262, 1270)),
                        104, root=0.6, seen=0.3,
                    ),
                    Lock(
                        ((150, 400), (198, 560), (222, 720), (262, 900), (276, 1040), (250, 1180)),
                        84, root=0.6, seen=0.3, shaded=-1,
                    ),
                    Lock(
                        ((150, 390), (196, 500), (216, 640), (238, 780), (290, 940), (296, 1060), (340, 1130)),
                        62, root=0.6, seen=0.34, point=1.2,
                    ),
                    Lock(
                        ((160, 390), (200, 500), (222, 620), (232, 740), (270, 850), (318, 910)),
                        30, root=0.6, seen=0.4, point=1.3, strands=0,
                    ),
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
                    Lock(
                        ((120, 310), (184, 390), (200, 500), (196, 640), (210, 780), (196, 930), (214, 1070)),
                        58, root=0.7, belly=0.3, shaded=-1, seen=0.1,
                    ),
                    Lock(
                        ((110, 330), (174, 410), (190, 520), (182, 640), (176, 760), (190, 880), (166, 1000)),
                        46, root=0.7, belly=0.3, seen=0.2,
                    ),
                    Lock(
                        ((100, 340), (160, 410), (176, 500), (168, 590), (154, 680), (160, 760)),
                        28, root=0.7, belly=0.3, seen=0.3,
                    ),
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
                Lock(
                    ((0, 290), (-110, 325), (-180, 410), (-190, 520), (-172, 610), (-158, 676)),
                    62, root=0.8, seen=0.2,
                ),
                Lock(
                    ((16, 290), (120, 325), (184, 410), (192, 520), (172, 610), (162, 690)),
                    60, root=0.8, shaded=-1, seen=0.2,
                ),
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
            sheer=0.14,
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
                Lock(
                    ((14, 284), (0, 250), (-34, 226), (-78, 232), (-96, 256)),
                    22, root=0.5, belly=0.45, seen=0.05, strands=0,
                ),
                Lock(((14, 284), (20, 256), (44, 238), (72, 244)), 13, root=0.5, seen=0.05, strands=0),
            ),
            sway=Sway(root=(1034, 282), length=70, gain=1.4, frequency=2.4, damping=0.2, upward=True),
        ),
    ),
)  # fmt: skip
