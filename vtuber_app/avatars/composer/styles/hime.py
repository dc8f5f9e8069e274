"""A princess cut: straight fringe, cheek-long side locks cut blunt, long straight hair behind."""

from vtuber_app.avatars.composer.character import Hairstyle, Tress
from vtuber_app.avatars.composer.hair import Comb, Lock, both_sides
from vtuber_app.avatars.composer.styles.combs import FRONT, SIDE
from vtuber_app.avatars.rig.format import Sway

BLUNT = 0.09
"""Point of a lock that was cut straight."""

HIME = Hairstyle(
    tresses=(
        Tress(
            "hair back",
            place="back",
            depth=-70,
            comb=Comb(depth=0.25, drop=0.3),
            fill=(
                (0, 288), (96, 304), (164, 356), (206, 450), (218, 600), (226, 760), (232, 960), (232, 1100),
                (170, 1130), (0, 1120), (-170, 1130), (-232, 1100), (-232, 960), (-226, 760), (-218, 600),
                (-206, 450), (-164, 356), (-96, 304),
            ),
            locks=both_sides(
                [
                    Lock(((30, 520), (40, 760), (42, 1000), (40, 1180)), 90, root=0.9, seen=0.1, point=BLUNT),
                    Lock(
                        ((90, 520), (112, 760), (116, 1000), (112, 1190)),
                        96, root=0.8, seen=0.1, point=BLUNT, shaded=-1,
                    ),
                    Lock(((140, 420), (176, 600), (184, 860), (184, 1190)), 96, root=0.6, seen=0.2, point=BLUNT),
                    Lock(
                        ((150, 390), (200, 560), (220, 780), (232, 1000), (236, 1180)),
                        74, root=0.6, seen=0.2, point=0.5,
                    ),
                    Lock(
                        ((156, 390), (206, 540), (232, 740), (256, 940), (262, 1120)),
                        44, root=0.6, seen=0.25, shaded=-1,
                    ),
                ]
            ),
            sway=Sway(root=(1024, 520), length=680, gain=0.8, frequency=0.9, damping=0.35),
            hang=(640, 1080),
        ),
        Tress(
            "long side locks",
            place="side",
            depth=6,
            comb=SIDE,
            shadow=False,
            locks=both_sides(
                [
                    Lock(
                        ((120, 310), (188, 390), (206, 520), (204, 700), (206, 880), (202, 1050)),
                        44, root=0.7, belly=0.4, seen=0.1, point=0.6,
                    ),
                    Lock(
                        ((110, 310), (180, 390), (196, 520), (190, 700), (184, 860), (186, 1000)),
                        30, root=0.7, belly=0.4, seen=0.3, shaded=-1,
                    ),
                ]
            ),
            sway=Sway(root=(1024, 560), length=480, gain=1.0, frequency=1.2),
            hang=(660, 1020),
        ),
        Tress(
            "side locks",
            place="side",
            depth=16,
            comb=SIDE,
            shadow=True,
            locks=both_sides(
                [
                    Lock(
                        ((110, 310), (180, 390), (202, 500), (202, 600), (196, 706)),
                        50, root=0.7, belly=0.5, seen=0.25, point=BLUNT, shaded=-1,
                    ),
                    Lock(
                        ((100, 320), (160, 400), (172, 500), (168, 600), (160, 700)),
                        46, root=0.7, belly=0.5, seen=0.3, point=BLUNT,
                    ),
                ]
            ),
            sway=Sway(root=(1024, 480), length=260, gain=0.8, frequency=1.8),
        ),
        Tress(
            "bangs sides",
            place="front",
            depth=26,
            comb=FRONT,
            shadow=True,
            sheer=0.14,
            locks=(
                Lock(
                    ((-6, 290), (-104, 320), (-164, 396), (-172, 457), (-166, 514)),
                    60, root=0.8, seen=0.3, point=0.5,
                ),
                Lock(
                    ((16, 290), (112, 320), (168, 396), (174, 457), (168, 512)),
                    60, root=0.8, seen=0.3, point=0.5, shaded=-1,
                ),
                Lock(((0, 290), (-74, 320), (-122, 392), (-128, 447), (-122, 498)), 62, root=0.8, point=BLUNT),
                Lock(((12, 290), (82, 320), (128, 392), (132, 447), (126, 496)), 62, root=0.8, point=BLUNT, shaded=-1),
            ),
            sway=Sway(root=(1024, 330), length=270, gain=0.6, frequency=2.0),
        ),
        Tress(
            "bangs",
            place="front",
            depth=34,
            comb=FRONT,
            shadow=True,
            sheer=0.14,
            locks=(
                Lock(((2, 288), (-44, 326), (-78, 396), (-82, 447), (-78, 494)), 56, root=0.8, point=BLUNT),
                Lock(((10, 288), (52, 326), (84, 396), (88, 447), (84, 492)), 56, root=0.8, point=BLUNT, shaded=-1),
                Lock(((4, 288), (-18, 330), (-38, 396), (-40, 447), (-38, 496)), 52, root=0.8, point=BLUNT),
                Lock(((8, 288), (26, 330), (44, 396), (46, 447), (42, 494)), 52, root=0.8, point=BLUNT, shaded=-1),
                Lock(((6, 288), (4, 340), (2, 396), (2, 447), (4, 500)), 48, root=0.8, point=BLUNT),
                Lock(((-20, 320), (-22, 396), (-20, 447), (-14, 518)), 18, root=0.6, seen=0.4, strands=0),
                Lock(((62, 330), (66, 396), (64, 457), (60, 512)), 16, root=0.6, seen=0.4, strands=0),
                Lock(((-100, 340), (-104, 406), (-102, 457), (-96, 514)), 16, root=0.6, seen=0.4, strands=0),
            ),
            sway=Sway(root=(1024, 330), length=250, gain=0.6, frequency=2.2),
        ),
    ),
)  # fmt: skip
