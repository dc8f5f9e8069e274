"""Two tails tied high."""

from vtuber_app.avatars.composer.character import Hairstyle, Tress
from vtuber_app.avatars.composer.hair import Comb, Lock, both_sides, feathered
from vtuber_app.avatars.composer.styles.combs import FRONT, SIDE
from vtuber_app.avatars.rig.format import Sway

TAIL_COMB = Comb(ring=lambda x: 560.0 + 0.25 * (abs(x) - 200), ring_height=40, shine=0.75)

TAIL = (
    Lock(
        ((196, 416), (280, 440), (372, 520), (404, 660), (398, 800), (428, 930), (474, 1000)),
        96, root=0.3, belly=0.4, seen=0.06,
    ),
    Lock(
        ((196, 424), (250, 500), (286, 640), (276, 800), (262, 930), (284, 1050), (258, 1130)),
        104, root=0.3, belly=0.4, seen=0.06, shaded=-1,
    ),
    Lock(
        ((196, 420), (276, 460), (338, 580), (346, 760), (330, 920), (352, 1060), (318, 1180)),
        138, root=0.3, belly=0.4, seen=0.06,
    ),
    Lock(
        ((196, 420), (262, 480), (306, 620), (312, 780), (292, 900), (306, 1010), (286, 1080)),
        66, root=0.3, belly=0.4, seen=0.06, shaded=-1,
    ),
    Lock(((196, 418), (290, 440), (380, 540), (424, 650), (440, 740), (486, 800)), 44, root=0.3, seen=0.06),
    Lock(((196, 424), (236, 500), (252, 600), (246, 700), (226, 780)), 34, root=0.3, seen=0.06, shaded=-1),
)  # fmt: skip

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
            depth=-42,
            comb=Comb(depth=0.7),
            fill=(
                (0, 288), (96, 304), (164, 356), (206, 450), (214, 560), (180, 640), (110, 720), (0, 750),
                (-110, 720), (-180, 640), (-214, 560), (-206, 450), (-164, 356), (-96, 304),
            ),
            locks=both_sides(
                [
                    Lock(((20, 620), (30, 720), (14, 812)), 70, root=0.9, seen=0.1),
                    Lock(((70, 620), (84, 720), (70, 822)), 72, root=0.9, seen=0.1, shaded=-1),
                    Lock(((120, 580), (138, 690), (120, 800)), 72, root=0.8, seen=0.1),
                    Lock(((160, 500), (188, 620), (170, 760)), 62, root=0.7, seen=0.2, shaded=-1),
                ]
            ),
            curve=0.9,
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
                        ((110, 320), (178, 400), (194, 510), (186, 630), (190, 740), (168, 850)),
                        50, root=0.7, belly=0.35, shaded=-1, seen=0.1,
                    ),
                    Lock(
                        ((100, 340), (160, 410), (178, 500), (168, 600), (150, 690), (158, 770)),
                        32, root=0.7, belly=0.3, seen=0.3,
                    ),
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
                Lock(
                    ((-4, 290), (-112, 318), (-180, 400), (-192, 500), (-178, 600), (-190, 650)),
                    60, root=0.8, seen=0.2,
                ),
                Lock(
                    ((16, 290), (118, 318), (184, 400), (194, 500), (178, 604), (194, 660)),
                    60, root=0.8, shaded=-1, seen=0.2,
                ),
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
            sheer=0.14,
            locks=feathered(
                [
                    Lock(((8, 288), (76, 318), (122, 394), (132, 460), (116, 528)), 72, root=0.8, shaded=-1),
                    Lock(((6, 288), (-66, 318), (-112, 394), (-124, 460), (-108, 530)), 72, root=0.8),
                    Lock(((8, 288), (48, 326), (80, 400), (86, 460), (66, 520)), 60, root=0.8, shaded=-1),
                    Lock(((6, 288), (-36, 326), (-72, 400), (-80, 460), (-62, 518)), 60, root=0.8),
                    Lock(((6, 284), (4, 330), (-6, 420), (-4, 500), (12, 590)), 62, root=0.8),
                    Lock(
                        ((10, 290), (24, 340), (38, 420), (34, 480), (22, 540)),
                        30, root=0.7, seen=0.4, shaded=-1, strands=0,
                    ),
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
                    ((6, 286), (14, 240), (-6, 204), (-44, 206), (-52, 228)),
                    20, root=0.5, belly=0.5, seen=0.05, strands=0,
                ),
            ),
            sway=Sway(root=(1030, 284), length=80, gain=1.6, frequency=2.2, damping=0.18, upward=True),
        ),
    ),
)  # fmt: skip
