"""A bob with flicked ends."""

from vtuber_app.avatars.composer.character import Hairstyle, Tress
from vtuber_app.avatars.composer.hair import Comb, Lock, both_sides, feathered
from vtuber_app.avatars.composer.styles.combs import FRONT, SIDE
from vtuber_app.avatars.rig.format import Sway

BOB = Hairstyle(
    tresses=(
        Tress(
            "hair back",
            place="back",
            depth=-42,
            comb=Comb(depth=0.45),
            fill=(
                (0, 288), (96, 304), (164, 356), (208, 450), (226, 580), (226, 700), (196, 780), (110, 800),
                (0, 790), (-110, 800), (-196, 780), (-226, 700), (-226, 580), (-208, 450), (-164, 356),
                (-96, 304),
            ),
            locks=both_sides(
                [
                    Lock(((30, 560), (50, 680), (48, 760), (30, 830)), 90, root=0.9, seen=0.1),
                    Lock(((90, 560), (116, 680), (118, 770), (92, 846)), 96, root=0.9, seen=0.1, shaded=-1),
                    Lock(((140, 480), (186, 620), (190, 740), (150, 850)), 96, root=0.7, seen=0.2),
                    Lock(
                        ((150, 420), (210, 560), (228, 690), (210, 790), (226, 850)),
                        78, root=0.6, seen=0.24, shaded=-1,
                    ),
                    Lock(
                        ((160, 400), (214, 520), (240, 640), (250, 740), (292, 792)),
                        48, root=0.6, seen=0.3, point=1.2,
                    ),
                ]
            ),
            sway=Sway(root=(1024, 520), length=340, gain=0.8, frequency=1.4),
            curve=0.9,
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
                        ((120, 310), (188, 390), (210, 500), (214, 620), (206, 730), (176, 812)),
                        66, root=0.7, belly=0.4, shaded=-1, seen=0.1,
                    ),
                    Lock(
                        ((110, 320), (178, 400), (196, 510), (194, 630), (178, 720), (142, 782)),
                        50, root=0.7, belly=0.4, seen=0.25,
                    ),
                    Lock(
                        ((130, 340), (196, 420), (222, 540), (234, 640), (262, 706)),
                        30, root=0.7, seen=0.4, strands=0,
                    ),
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
                Lock(
                    ((-10, 290), (-120, 322), (-184, 405), (-196, 510), (-178, 610), (-146, 684)),
                    60, root=0.8, seen=0.2,
                ),
                Lock(
                    ((30, 290), (130, 322), (186, 405), (198, 510), (180, 600), (154, 660)),
                    58, root=0.8, shaded=-1, seen=0.2,
                ),
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
            sheer=0.14,
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
)  # fmt: skip
