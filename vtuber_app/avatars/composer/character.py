"""A character from its traits: painted layers and the rig that moves them."""

from dataclasses import dataclass, replace
from typing import Literal, Protocol

import numpy as np

from vtuber_app.avatars.composer import face as faces
from vtuber_app.avatars.composer.brush import Glow, Gradient, Sheet, ellipse, fade
from vtuber_app.avatars.composer.clothes import SLENDER, Build, Outfit
from vtuber_app.avatars.composer.eyes import ROUND, EyePainter, EyeShape
from vtuber_app.avatars.composer.face import FINE_BROW, SOFT_FACE, BrowShape, FaceShape
from vtuber_app.avatars.composer.hair import (
    PLAIN_COMB,
    ROUND_DOME,
    Comb,
    Dome,
    Lock,
    paint_dome,
    paint_locks,
    paint_mass,
    wash,
)
from vtuber_app.avatars.composer.lines import centred, curve
from vtuber_app.avatars.composer.palette import FAIR, Colour, HairColour, IrisColour, Skin, mix, tuned
from vtuber_app.avatars.composer.reuse import once
from vtuber_app.avatars.rig.format import Body, Brow, Eye, Head, Image, Layer, Mouth, Part, Rig, Sway

Place = Literal["back", "side", "front"]
SIDES: tuple[tuple[int, Literal["left", "right"]], ...] = ((-1, "right"), (1, "left"))


@dataclass(frozen=True)
class Tress:
    """Locks that move as one layer.

    Attributes:
        place: "back" behind the body, "side" over the face's edge, "front" over the forehead.
        fill: A shape painted below the locks, so that no gap shows between them.
        shadow: Whether it throws a shadow on the face.
        sheer: How far its ends let eyes and brows shine through, 0…1.
    """

    name: str
    locks: tuple[Lock, ...]
    place: Place
    depth: float
    comb: Comb = PLAIN_COMB
    fill: tuple[tuple[float, float], ...] = ()
    sway: Sway | None = None
    hang: tuple[float, float] | None = None
    curve: float = 1.0
    shadow: bool = False
    sheer: float = 0.0


def paint_tress(tress: Tress, tone: HairColour, dome: Dome, seed: int) -> Sheet:
    """A tress on a head with that hair on the skull."""
    sheet = Sheet()
    if tress.fill:
        paint_mass(sheet, tress.fill, tone, tress.comb.ink, seed)
    comb = tress.comb
    if tress.place == "front" and comb.wash is None:
        comb = replace(comb, wash=wash(tone, dip=0.6 * comb.dip))
    if tress.shadow and tress.place == "front":
        with sheet.inside(dome.below()):
            paint_locks(tress.locks, tone, comb, seed, sheet)
    else:
        paint_locks(tress.locks, tone, comb, seed, sheet)
    if tress.place == "back":
        nape = Glow((1024, 730), (205, 300), ((0, tone.under, 0.9), (0.55, tone.under, 0.6), (1, tone.under, 0.0)))
        sheet.fill(ellipse(1024, 730, 205, 300), nape, mode="atop")
    if tress.sheer > 0:
        veil = Gradient((0, 478), (0, 545), fade((0, 0, 0), 0.0, tress.sheer))
        sheet.fill(
            curve(centred([(-150, 470), (150, 470), (150, 660), (-150, 660)]), closed=True),
            veil,
            mode="erase",
            blur=6,
        )
    return sheet


@dataclass(frozen=True)
class Hairstyle:
    """The hair on the skull and the tresses, back to front."""

    tresses: tuple[Tress, ...]
    dome: Dome = ROUND_DOME


class Garment(Protocol):
    """Clothes that can be painted on a body."""

    def paint(self, build: Build, skin: Skin) -> Outfit: ...


@dataclass(frozen=True)
class Piece:
    """A painted accessory and how it is carried."""

    name: str
    sheet: Sheet
    parent: Literal["head", "face", "neck", "body"]
    depth: float
    place: Literal["rear", "neck", "over dome", "top"]
    curve: float = 1.0
    sway: Sway | None = None
    hang: tuple[float, float] | None = None


@dataclass(frozen=True)
class Patch:
    """A painted accessory that sticks to the layer named `on` and needs none of its own."""

    on: str
    sheet: Sheet


class Accessory(Protocol):
    """A thing worn: one or more pieces."""

    def paint(self, hair: HairColour) -> tuple[Piece | Patch, ...]: ...


@dataclass(frozen=True)
class Lips:
    """The mouth at rest."""

    width: float = 50.0
    height: float = 58.0
    smile: float = 7.0
    y: float = 697.0
    fang: bool = False
    line: Colour = (150, 62, 62)
    line_width: float = 4.6


SMALL_LIPS = Lips()


@dataclass(frozen=True)
class Traits:
    """Everything that makes one character; by default the brows have the colour of the hair's ink, darkened."""

    name: str
    seed: int
    hair: HairColour
    style: Hairstyle
    iris: IrisColour
    garment: Garment
    iris_right: IrisColour | None = None
    skin: Skin = FAIR
    face: FaceShape = SOFT_FACE
    eye: EyeShape = ROUND
    brow: BrowShape = FINE_BROW
    lash: Colour = (58, 36, 48)
    lips: Lips = SMALL_LIPS
    build: Build = SLENDER
    accessories: tuple[Accessory, ...] = ()
    blush: float = 1.0
    nose: bool = False
    nose_y: float = 660.0
    ears: bool = True
    brow_colour: Colour | None = None
    lid_shade: float = 0.62
    mole: tuple[float, float] | None = None
    portrait: tuple[float, float, float] = (514.0, 186.0, 1020.0)


class Drawing:
    """A character while it is painted: pictures by file name and the parts that use them."""

    def __init__(self, traits: Traits) -> None:
        self.traits = traits
        self.sheets: dict[str, Sheet] = {}
        self.parts: list[Part] = []
        worn = [piece for thing in traits.accessories for piece in thing.paint(traits.hair)]
        self._pieces = [piece for piece in worn if isinstance(piece, Piece)]
        self._patches = [piece for piece in worn if isinstance(piece, Patch)]
        self._compose()

    def image(self, name: str, sheet: Sheet) -> Image:
        """Keep a sheet as a picture file; its place is known once it is cropped."""
        file = f"layers/{name.replace(' ', '_')}.png"
        self.sheets[file] = sheet
        return Image(file=file, at=(0, 0))

    def layer(
        self,
        name: str,
        sheet: Sheet,
        parent: Literal["head", "face", "neck", "body"],
        depth: float = 0.0,
        curve: float = 1.0,
        sway: Sway | None = None,
        hang: tuple[float, float] | None = None,
    ) -> None:
        """Add a layer over those before."""
        for patch in self._patches:
            if patch.on == name:
                sheet = sheet.under(patch.sheet)
        picture = self.image(name, sheet)
        self.parts.append(
            Layer(
                file=picture.file,
                at=picture.at,
                name=name,
                parent=parent,
                depth=depth,
                curve=curve,
                sway=sway,
                hang=hang,
            )
        )

    def rig(self) -> Rig:
        """The rig, with pictures still at (0, 0)."""
        t = self.traits
        return Rig(
            name=t.name,
            author="vtuber_app",
            licence="MIT",
            portrait=t.portrait,
            head=Head(centre=(1024.0, 530.0), radius=(215.0, 270.0), pivot=(1024.0, 770.0)),
            body=Body(pivot=(1024.0, 1600.0), chest=(1024.0, 1040.0), breath=6.0),
            parts=tuple(self.parts),
        )

    def _compose(self) -> None:
        t = self.traits
        self._tresses("back")
        outfit = once(type(t.garment).paint, t.garment, t.build, t.skin)
        self._wear("rear")
        self.layer("body", outfit.body, "body")
        self.layer("neck", faces.neck(t.skin, t.build.neck, t.face.chin, t.build.shoulder_y), "neck", hang=faces.NECK)
        if outfit.front:
            self.layer("collar", outfit.front, "body")
        self._wear("neck")
        if t.ears:
            self.layer("ears", faces.ears(t.skin, t.face), "head", depth=-26.0)
        self.layer("face", once(faces.face, t.face, t.skin), "face")
        self._features()
        self.layer("dome", once(paint_dome, t.style.dome, t.hair, PLAIN_COMB, t.seed), "head", depth=6.0)
        self._wear("over dome")
        self._tresses("side")
        self._tresses("front")
        self._wear("top")
        names = {part.name for part in self.parts if isinstance(part, Layer)}
        if lost := {patch.on for patch in self._patches} - names:
            raise ValueError(f"{t.name} wears something on layers it has not: {', '.join(sorted(lost))}")

    def _tresses(self, place: Place) -> None:
        t = self.traits
        for i, tress in enumerate(t.style.tresses):
            if tress.place != place:
                continue
            sheet = once(paint_tress, tress, t.hair, t.style.dome, t.seed + i)
            self.layer(tress.name, sheet, "head", tress.depth, tress.curve, tress.sway, tress.hang)

    def _wear(self, place: str) -> None:
        for piece in self._pieces:
            if piece.place == place:
                self.layer(piece.name, piece.sheet, piece.parent, piece.depth, piece.curve, piece.sway, piece.hang)

    def _features(self) -> None:
        t = self.traits
        outline = t.face.outline()
        shade = faces.fringe_tint(t.skin)
        with shade.inside(outline):
            for tress in t.style.tresses:
                if tress.shadow:
                    for lock in tress.locks:
                        shade.fill(
                            lock.outline() + np.array([5.0, 15.0]), mix(t.skin.shade, t.skin.deep, 0.12), 1.0, blur=1.0
                        )
        faces.blush(shade, t.skin, t.blush, t.eye.at[1] + 73)
        if t.mole:
            shade.fill(ellipse(*t.mole, 3.4, 3.4), mix(t.skin.line, t.lash, 0.5))
        for side, _ in SIDES:
            EyePainter(t.eye, side).shadow(shade, t.skin, t.lid_shade)
        self.layer("face shade", shade, "face")
        self.layer("nose", faces.nose(t.skin, t.nose_y, t.nose), "face", depth=22.0)
        for side, name in SIDES:
            self._eye(side, name)
        lips = t.lips
        self.parts.append(
            Mouth(
                centre=(1024.0, lips.y),
                width=lips.width,
                height=lips.height,
                smile=lips.smile,
                line=lips.line,
                line_width=lips.line_width,
                inside=(150, 48, 62),
                inside_shade=(98, 26, 46),
                tongue=(236, 122, 124),
                teeth=(255, 252, 248),
                lip_shade=mix(t.skin.shade, t.skin.deep, 0.25),
                fang=lips.fang,
            )
        )
        for side, name in SIDES:
            picture = self.image(
                f"brow {name}", faces.brow(t.brow, t.brow_colour or tuned(t.hair.line, value=0.8), side)
            )
            self.parts.append(Brow(file=picture.file, at=picture.at, side=name, travel=27.0, through=0.78))

    def _eye(self, side: int, name: Literal["left", "right"]) -> None:
        t = self.traits
        painter = EyePainter(t.eye, side)
        iris = t.iris_right if side < 0 and t.iris_right else t.iris
        sheets = once(_eye_sheets, t.eye, side, iris, t.skin, t.lash)
        self.parts.append(
            Eye(
                side=name,
                upper=painter.lid(t.eye.upper),
                lower=painter.lid(t.eye.lower),
                closed=painter.lid(t.eye.closed),
                smile=painter.lid(t.eye.smile),
                white=self.image(f"white {name}", sheets["white"]),
                iris=self.image(f"iris {name}", sheets["iris"]),
                highlight=self.image(f"highlight {name}", sheets["highlight"]),
                lash=self.image(f"lash {name}", sheets["lash"]),
                lower_lash=self.image(f"lower lash {name}", sheets["lower lash"]),
                crease=self.image(f"crease {name}", sheets["crease"]),
                gaze=(round(t.eye.iris[0] * 0.5, 1), round(t.eye.iris[1] * 0.3, 1)),
            )
        )


def _eye_sheets(shape: EyeShape, side: int, iris: IrisColour, skin: Skin, lash: Colour) -> dict[str, Sheet]:
    painter = EyePainter(shape, side)
    return {
        "white": painter.white(skin),
        "iris": painter.iris(iris),
        "highlight": painter.highlight(iris),
        "lash": painter.lash(lash, mix(lash, skin.line, 0.55)),
        "lower lash": painter.lower_lash(lash, skin),
        "crease": painter.crease(skin),
    }
