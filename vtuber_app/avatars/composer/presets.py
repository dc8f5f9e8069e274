"""The characters that come with the program."""

from vtuber_app.avatars.composer.accessories import (
    Blossoms,
    CatEars,
    Choker,
    Glasses,
    HairTies,
    Headphones,
    Pins,
    Ribbon,
    Star,
)
from vtuber_app.avatars.composer.character import Lips, Traits
from vtuber_app.avatars.composer.clothes import Build
from vtuber_app.avatars.composer.eyes import ALMOND, CAT, DROOPY, MILD, ROUND, SHARP
from vtuber_app.avatars.composer.face import BrowShape, FaceShape
from vtuber_app.avatars.composer.jackets import Hoodie, Parka
from vtuber_app.avatars.composer.kimono import Kimono
from vtuber_app.avatars.composer.palette import HairColour, IrisColour, Skin, rgb
from vtuber_app.avatars.composer.styles.bob import BOB
from vtuber_app.avatars.composer.styles.hime import HIME
from vtuber_app.avatars.composer.styles.long_hair import LONG
from vtuber_app.avatars.composer.styles.messy import MESSY
from vtuber_app.avatars.composer.styles.soft import SOFT
from vtuber_app.avatars.composer.styles.twin_tails import TAILS
from vtuber_app.avatars.composer.uniforms import Cardigan, Sailor

SORA = Traits(
    name="Sora",
    seed=11,
    hair=HairColour(
        base=rgb("cbc6f2"),
        shade=rgb("9a90dc"),
        light=rgb("fbf8ff"),
        under=rgb("7a6fc4"),
        tip=rgb("f0bfe0"),
        line=rgb("54489a"),
    ),
    style=LONG,
    eye=ROUND,
    ears=False,
    iris=IrisColour(
        top=rgb("2c1f78"),
        middle=rgb("6a56d6"),
        bottom=rgb("b78cf2"),
        glow=rgb("ffc4ea"),
        rim=rgb("2a1a5e"),
        pupil=rgb("1a1048"),
    ),
    garment=Sailor(cloth=rgb("fbfaff"), collar=rgb("3c4a86"), tie=rgb("e0566e"), trim=rgb("ffffff")),
    lash=rgb("3a2c58"),
    accessories=(Ribbon(rgb("e0566e"), (1172, 330), 0.62, 32),),
)

MIKA = Traits(
    name="Mika",
    seed=23,
    hair=HairColour(
        base=rgb("e9eaf4"),
        shade=rgb("b8bcd8"),
        light=rgb("ffffff"),
        under=rgb("8488b4"),
        tip=rgb("cfd8f0"),
        line=rgb("5a5c86"),
    ),
    style=BOB,
    face=FaceShape(cheek=166, jaw=116, point=28, chin=757),
    eye=CAT,
    ears=False,
    iris=IrisColour(
        top=rgb("0c4a72"),
        middle=rgb("2596c8"),
        bottom=rgb("76e0ea"),
        glow=rgb("dcfff6"),
        rim=rgb("0d3454"),
        pupil=rgb("06223c"),
    ),
    iris_right=IrisColour(
        top=rgb("8a4a0c"),
        middle=rgb("dd9420"),
        bottom=rgb("ffd95e"),
        glow=rgb("fff8c4"),
        rim=rgb("5c300c"),
        pupil=rgb("3a1c06"),
    ),
    garment=Parka(cloth=rgb("343a52"), trim=rgb("6fe0d0"), top=rgb("f4f4fa"), skirt=rgb("4a4f6e")),
    lash=rgb("3a3650"),
    lips=Lips(width=46, smile=9, y=695, fang=True),
    brow=BrowShape(((43, 514), (72, 502), (104, 495), (137, 503))),
    portrait=(484.0, 112.0, 1080.0),
    accessories=(CatEars(rgb("ffb9c4")), Choker(rgb("2c3048"), rgb("ffd46a")), Pins(rgb("6fe0d0"), (1142, 452))),
)

REN = Traits(
    name="Ren",
    seed=37,
    hair=HairColour(
        base=rgb("46587c"),
        shade=rgb("303c5e"),
        light=rgb("86aad2"),
        under=rgb("1f2846"),
        tip=rgb("4f7ca0"),
        line=rgb("171c36"),
    ),
    style=MESSY,
    face=FaceShape(cheek=157, jaw=113, point=34, chin=770),
    eye=SHARP,
    iris=IrisColour(
        top=rgb("6e2c0c"),
        middle=rgb("cc701c"),
        bottom=rgb("f8b840"),
        glow=rgb("ffeca8"),
        rim=rgb("4a1e0a"),
        pupil=rgb("301206"),
    ),
    garment=Hoodie(cloth=rgb("e8ecef"), lining=rgb("4fb3a6"), shirt=rgb("2f3648"), cord=rgb("4fb3a6")),
    lash=rgb("241e30"),
    lips=Lips(width=56, smile=5, y=704, line_width=4.2),
    brow=BrowShape(((35, 527), (66, 518), (100, 510), (138, 520)), 11.0),
    build=Build(neck=54, shoulder=238, shoulder_y=910, waist=170, hip=196, bust=0),
    accessories=(Headphones(rgb("3a4058"), rgb("4fb3a6"), 114, 846),),
    blush=0.45,
    lid_shade=0.4,
    nose=True,
)

HINA = Traits(
    name="Hina",
    seed=41,
    hair=HairColour(
        base=rgb("ffd587"),
        shade=rgb("f0a866"),
        light=rgb("fffbe6"),
        under=rgb("c4743e"),
        tip=rgb("ffb49c"),
        line=rgb("9a5230"),
    ),
    style=TAILS,
    face=FaceShape(cheek=167, jaw=128, point=40, chin=752),
    eye=DROOPY,
    ears=False,
    nose_y=661,
    iris=IrisColour(
        top=rgb("0a5a4a"),
        middle=rgb("1ea67c"),
        bottom=rgb("84e8a8"),
        glow=rgb("e8ffd0"),
        rim=rgb("0a4038"),
        pupil=rgb("042a26"),
    ),
    garment=Cardigan(cloth=rgb("f2a7a0"), shirt=rgb("fdfcff"), tie=rgb("4a6fb8"), skirt=rgb("5a6690")),
    lash=rgb("5a3226"),
    lips=Lips(width=50, smile=9, y=695),
    brow=BrowShape(((46, 511), (72, 500), (100, 501), (128, 514)), 9.5),
    portrait=(504.0, 176.0, 1040.0),
    accessories=(
        HairTies(rgb("4a6fb8"), (1236, 408), 0.6, -60),
        Star(rgb("ffe27a"), (1148, 420)),
    ),
)

RIN = Traits(
    name="Rin",
    seed=53,
    hair=HairColour(
        base=rgb("3a3b58"),
        shade=rgb("25253e"),
        light=rgb("8e9ad6"),
        under=rgb("161628"),
        tip=rgb("4a4070"),
        line=rgb("0f0e1e"),
    ),
    style=HIME,
    skin=Skin(base=rgb("fff1ec"), shade=rgb("f6cfc9"), deep=rgb("e0a8a6"), line=rgb("8c4a52")),
    face=FaceShape(cheek=159, jaw=109, point=30, chin=770),
    eye=ALMOND,
    ears=False,
    nose_y=666,
    iris=IrisColour(
        top=rgb("560a24"),
        middle=rgb("c02346"),
        bottom=rgb("ff7272"),
        glow=rgb("ffd2ba"),
        rim=rgb("3c0a1c"),
        pupil=rgb("280412"),
    ),
    garment=Kimono(
        cloth=rgb("b4405e"), lining=rgb("fff8f2"), obi=rgb("f2d08a"), cord=rgb("4a7a8c"), flower=rgb("f7b6c2")
    ),
    lash=rgb("241a2c"),
    lips=Lips(width=46, smile=4, y=709, line=rgb("a83a4c")),
    brow=BrowShape(((41, 517), (70, 508), (104, 504), (137, 512)), 9.0),
    brow_colour=rgb("663446"),
    build=Build(neck=42, shoulder_y=894, bust=0.0),
    blush=0.8,
    mole=(1140.0, 640.0),
    accessories=(Blossoms(rgb("f49ab0"), rgb("ffe08a"), (1196.0, 404.0)),),
)

YUU = Traits(
    name="Yuu",
    seed=67,
    hair=HairColour(
        base=rgb("c9a183"),
        shade=rgb("a27558"),
        light=rgb("fbe7cf"),
        under=rgb("6e4634"),
        tip=rgb("dcb698"),
        line=rgb("573425"),
    ),
    style=SOFT,
    face=FaceShape(cheek=158, jaw=114, point=34, chin=764),
    eye=MILD,
    iris=IrisColour(
        top=rgb("24476b"),
        middle=rgb("4a86b8"),
        bottom=rgb("9cd4ee"),
        glow=rgb("eafaff"),
        rim=rgb("1c3450"),
        pupil=rgb("10223a"),
    ),
    garment=Cardigan(cloth=rgb("5f7f78"), shirt=rgb("fdfcff"), tie=rgb("8a3c4a"), skirt=rgb("4a4858"), boyish=True),
    lash=rgb("3c2620"),
    lips=Lips(width=54, smile=7, y=702, line_width=4.2),
    brow=BrowShape(((40, 524), (70, 513), (104, 510), (138, 524)), 10.0),
    build=Build(neck=52, shoulder=230, shoulder_y=904, waist=164, hip=192, bust=0),
    accessories=(Glasses(rgb("3c3a4c")),),
    blush=0.55,
    lid_shade=0.4,
    nose=True,
)

PRESETS = {traits.name.lower(): traits for traits in (SORA, MIKA, REN, HINA, RIN, YUU)}
