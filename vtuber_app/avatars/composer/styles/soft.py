"""Medium short hair with a soft side parting."""

from vtuber_app.avatars.composer.character import Hairstyle, Tress
from vtuber_app.avatars.composer.hair import Comb, Dome, Lock, both_sides, feathered
from vtuber_app.avatars.composer.styles.combs import FRONT, SIDE
from vtuber_app.avatars.rig.format import Sway

SOFT = Hairstyle(
    dome=Dome(
        half=((0, 260), (62, 266), (120, 290), (168, 330), (198, 388), (212, 452), (214, 520), (204, 590)),
        crown=(46, 290),
    ),
    tresses=(
        Tress(
            "hair back",
            place="back",
            depth=-42,
            comb=Comb(depth=0.5),
            fill=(
                (0, 320), (150, 350), (200, 450), (206, 540), (178, 630), (104, 690), (0, 700), (-104, 690),
                (-178, 630), (-206, 540), (-200, 450), (-150, 350),
            ),
            locks=both_sides(
                [
                    Lock(((20, 600), (28, 690), (8, 772)), 70, root=0.9, seen=0.1),
                    Lock(((64, 600), (78, 690), (64, 780)), 66, root=0.9, seen=0.1, shaded=-1),
                    Lock(((104, 560), (126, 670), (112, 764)), 62, root=0.8, seen=0.1),
                    Lock(((140, 520), (168, 630), (158, 736)), 60, root=0.7, seen=0.1, shaded=-1),
                    Lock(((150, 480), (194, 590), (208, 676)), 50, root=0.7, seen=0.1, point=1.5),
                ]
            ),
            curve=0.9,
        ),
        Tress(
            "side locks",
            place="side",
            depth=8,
            comb=SIDE,
            shadow=True,
            locks=(
                *both_sides(
                    [
                        Lock(
                            ((120, 330), (186, 420), (212, 510), (212, 590), (196, 662)),
                            60, root=0.7, shaded=-1, seen=0.3,
                        ),
                        Lock(((130, 350), (196, 440), (222, 530), (240, 600)), 36, root=0.7, seen=0.4, strands=0),
                        Lock(((110, 340), (172, 420), (190, 510), (182, 580), (162, 640)), 44, root=0.7, seen=0.3),
                    ]
                ),
                Lock(((40, 300), (110, 276), (160, 292), (206, 330)), 40, seen=0.4, shaded=-1),
                Lock(((66, 300), (18, 262), (-56, 258), (-124, 282), (-170, 318)), 40, seen=0.3),
            ),
            sway=Sway(root=(1024, 440), length=240, gain=0.6, frequency=2.0),
        ),
        Tress(
            "bangs sides",
            place="front",
            depth=24,
            comb=FRONT,
            shadow=True,
            locks=feathered(
                [
                    Lock(((40, 286), (-90, 312), (-166, 390), (-190, 490), (-172, 590)), 66, root=0.8, seen=0.25),
                    Lock(
                        ((56, 286), (136, 316), (182, 396), (194, 490), (178, 590)),
                        62, root=0.8, shaded=-1, seen=0.25,
                    ),
                    Lock(((44, 286), (-50, 312), (-126, 390), (-154, 470), (-136, 556)), 70, root=0.8),
                    Lock(((56, 286), (120, 320), (156, 404), (164, 480), (142, 560)), 64, root=0.8, shaded=-1),
                ]
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
                    Lock(((54, 284), (104, 322), (128, 400), (128, 460), (104, 528)), 60, root=0.8, shaded=-1),
                    Lock(((46, 284), (-20, 312), (-88, 384), (-120, 450), (-106, 528)), 72, root=0.8),
                    Lock(((48, 284), (0, 318), (-48, 394), (-78, 460), (-62, 538)), 72, root=0.8),
                    Lock(((50, 284), (26, 326), (-2, 410), (-30, 476), (-18, 566)), 70, root=0.8),
                    Lock(((52, 286), (56, 330), (46, 404), (28, 462), (30, 528)), 46, root=0.8, shaded=-1),
                ]
            ),
            sway=Sway(root=(1024, 330), length=240, gain=0.7, frequency=2.2),
        ),
        Tress(
            "ahoge",
            place="front",
            depth=8,
            comb=Comb(drop=0),
            locks=(Lock(((50, 288), (60, 256), (92, 240), (124, 252)), 18, root=0.5, seen=0.05, strands=0),),
            sway=Sway(root=(1074, 286), length=50, gain=1.2, frequency=2.6, damping=0.2, upward=True),
        ),
    ),
)  # fmt: skip
