"""Hairstyles as data."""

from vtuber_app.avatars.composer.character import Hairstyle, Tress
from vtuber_app.avatars.composer.hair import Comb, Lock, both_sides
from vtuber_app.avatars.rig.format import Sway


def ring(x: float) -> float:
    """The ring of light around the skull."""
    return 392.0 + (x / 215.0) ** 2 * 46.0


FRONT = Comb(ring=ring)
SIDE = Comb(ring=lambda x: 470.0, ring_height=26, shine=0.8)
BACK = Comb(depth=0.55)

LONG = Hairstyle(
    tresses=(
        Tress(
            "hair back",
            place="back",
            depth=-100,
            comb=BACK,
            fill=((0, 300), (150, 330), (222, 470), (240, 640), (250, 820), (262, 1000), (262, 1110), (180, 1160), (0, 1130), (-180, 1160), (-262, 1110), (-262, 1000), (-250, 820), (-240, 640), (-222, 470), (-150, 330)),
            locks=(
                *both_sides(
                    [
                        Lock(((20, 500), (40, 760), (36, 980), (60, 1180)), 120, root=0.8),
                        Lock(((60, 500), (110, 740), (118, 960), (150, 1210)), 130, root=0.8),
                        Lock(((110, 440), (176, 640), (190, 860), (208, 1060), (250, 1240)), 130, root=0.7),
                        Lock(((150, 400), (232, 560), (252, 760), (262, 960), (306, 1200)), 110, root=0.6),
                        Lock(((160, 380), (226, 500), (262, 680), (290, 860), (286, 1020), (326, 1130)), 80, root=0.6),
                        Lock(((170, 380), (216, 480), (258, 620), (300, 760), (322, 880), (372, 960)), 52, root=0.6, point=1.3),
                    ]
                ),
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
                    Lock(((120, 330), (190, 420), (206, 540), (196, 680), (206, 820), (196, 960), (222, 1080)), 62, root=0.7, belly=0.3, shaded=-1),
                    Lock(((110, 330), (176, 410), (190, 520), (180, 640), (172, 760), (186, 880), (168, 990)), 58, root=0.7, belly=0.3),
                    Lock(((100, 340), (160, 410), (176, 500), (164, 600), (150, 690), (152, 770)), 36, root=0.7, belly=0.3),
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
            locks=both_sides(
                [
                    Lock(((14, 296), (110, 330), (176, 420), (180, 530), (156, 640)), 88),
                    Lock(((12, 298), (92, 332), (144, 424), (146, 530), (126, 600)), 70, shaded=-1),
                    Lock(((12, 298), (70, 334), (110, 424), (112, 500), (92, 556)), 76),
                ]
            ),
            sway=Sway(root=(1024, 330), length=300, gain=0.7, frequency=1.8),
        ),
        Tress(
            "bangs",
            place="front",
            depth=34,
            comb=FRONT,
            shadow=True,
            locks=(
                Lock(((8, 298), (46, 340), (78, 430), (74, 500), (58, 548)), 62),
                Lock(((8, 298), (-30, 340), (-66, 430), (-66, 500), (-46, 556)), 72, shaded=-1),
                Lock(((8, 296), (24, 350), (38, 440), (34, 520), (14, 572)), 66),
                Lock(((8, 296), (-6, 350), (-16, 440), (-10, 520), (2, 560)), 58, shaded=-1),
            ),
            sway=Sway(root=(1024, 330), length=270, gain=0.7, frequency=2.0),
        ),
    ),
)
