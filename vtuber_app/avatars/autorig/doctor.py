"""What may go wrong with a picture that is to become a puppet, in words.

Everything is judged by what was found, in distances of the eyes. The limits lie well outside of what 60 composed
characters and seven drawn by others measure, all of them from the front and whole.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from vtuber_app.avatars.autorig.fill import area, grown
from vtuber_app.avatars.autorig.find import Finder
from vtuber_app.avatars.autorig.found import EYE, SIDES, Found, Pixels, Side
from vtuber_app.core.errors import SettingsError

OPAQUE, SEEN = 255, 25
AGREED = 0.5
"""At least that share of what the lids enclose is white or iris where an eye is open and seen."""
DRAWN = 0.6
"""The same where it is surely a drawn face."""
EYE_HEIGHT = 0.24
"""Drawn eyes are at least that tall."""
HEAD = (2.55, 3.7)
"""How tall a drawn head is, from crown to chin."""
MOUTH = 0.55
"""A drawn mouth at rest is at most that wide."""
TURNED, TURNED_CHIN, LEANING = 0.2, 0.24, 15.0
"""How far the nose lies from the middle of the eyes, or from the chin, across; degrees."""
AT_20_CHEEKS, AT_20_EYES, FARTHEST = 0.116, 0.318, 0.85
"""How far the cheeks' middle lies from that of the eyes, and the logarithm of the ratio of the eyes' widths, in heads
turned by 20 degrees; the mean share of both from which a head is turned. Where a nose is drawn tells less.
"""
WIDE, NARROW, LIKE, SPARSE = 0.45, 0.1, 0.35, 0.12
"""A mouth wider than the first, of which the third has about the colour of skin, or that fills less than the fourth of
its place, is the gaps of fingers; one narrower than the second is none.
"""
SMALL = 90
"""A head of fewer px looks soft."""
FREE = 0.4
"""At least that share of what is around a free mouth is taken for skin or mouth."""
PLAIN = 18.0
"""Where a mouth is seen, something differs from what is around by so many levels."""
STRANGE, ALIKE, SKIN = 40.0, 60.0, 0.6
"""Around a free mouth the colour is that of the cheeks, up to so many levels, and this close in that share."""
LOOKED_AT = 160
"""So tall is the first head made, px, where others are looked for."""
OTHER = 0.3
"""Another head of less than that share of the first one's height doesn't matter."""


@dataclass(frozen=True, slots=True)
class Face:
    """How much what was found is like a drawn face.

    Attributes:
        right: Share of what the lids of that eye enclose that is white or iris; `left` likewise.
        tall: From crown to chin, px.
        plausible: Its proportions are those of drawings.
    """

    right: float
    left: float
    tall: float
    plausible: bool

    @property
    def surely(self) -> bool:
        """Whether this can't be anything else."""
        return self.plausible and min(self.right, self.left) >= DRAWN


def face(found: Found) -> Face:
    """Measure what was found."""
    apart = max(found.apart, 1e-3)
    heights, shares = [], []
    for side in SIDES:
        lids = found.eye(side)
        heights.append(float(np.hypot(*(lids[1:4].mean(axis=0) - lids[5:8].mean(axis=0)))) / apart)
        within = found.of("white", "iris")[area(lids, found.masks.shape)]
        shares.append(float(within.mean()) if len(within) else 0.0)
    crown, chin, right, left = found.at("crown", "chin", "mouth right", "mouth left")
    tall, mouth = float(np.hypot(*(chin - crown))), float(np.hypot(*(left - right))) / apart
    plausible = min(heights) >= EYE_HEIGHT and HEAD[0] <= tall / apart <= HEAD[1] and mouth <= MOUTH
    return Face(shares[0], shares[1], tall, plausible)


def doubts(found: Found, pixels: Pixels) -> list[str]:
    """What may go wrong with a picture (H, W, 4) RGBA, cut out, in which that was found."""
    seen = face(found)
    said = [*_direction(found), *_edges(found, pixels)]
    if seen.tall < SMALL:
        said.append(f"The head is only {seen.tall:.0f} px tall, so it will look soft. A larger picture looks better.")
    for side, share in (("right", seen.right), ("left", seen.left)):
        if share < AGREED:
            said.append(f"The character's {side} eye is covered or closed, and may not move well.")
    if _mouth_hidden(found, pixels):
        said.append(
            "The mouth is hidden or can't be seen, so speaking may look odd. A picture with a free mouth is best."
        )
    return said


def others(found: Found, pixels: Pixels, finder: Finder) -> int:
    """How many further drawn faces are in the picture; it takes some tenths of a second."""
    main = face(found)
    scale = min(1.0, LOOKED_AT / max(main.tall, 1.0))
    size = (max(round(pixels.shape[1] * scale), 1), max(round(pixels.shape[0] * scale), 1))
    rest = np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)
    left, top, right, bottom = (round(at * scale) for at in _head(found))
    width, height = size
    rest[max(top, 0) : max(bottom, 0), max(left, 0) : max(right, 0)] = 0
    noses = [found.at("nose")[0] * scale]
    for region in ((0, 0, left, height), (right, 0, width, height), (0, 0, width, top), (0, bottom, width, height)):
        one = within(rest, region, finder)
        if one is None or not face(one).surely or face(one).tall < OTHER * main.tall * scale:
            continue
        nose = one.at("nose")[0]
        if all(np.hypot(*(nose - other)) > main.tall * scale / 2 for other in noses):
            noses.append(nose)
    return len(noses) - 1


def within(pixels: Pixels, region: tuple[int, int, int, int], finder: Finder) -> Found | None:
    """What is found in that part of a picture (left, top, right, bottom), in px of the whole; None if no face is."""
    height, width = pixels.shape[:2]
    left, top = max(region[0], 0), max(region[1], 0)
    right, bottom = min(region[2], width), min(region[3], height)
    if right - left < 24 or bottom - top < 24:
        return None
    part = np.ascontiguousarray(pixels[top:bottom, left:right])
    if (part[..., 3] > SEEN).mean() < 0.02:
        return None
    try:
        found = finder.find(part)
    except SettingsError:
        return None
    masks = np.zeros((height, width), np.uint8)
    masks[top:bottom, left:right] = found.masks
    return Found(found.landmarks + np.array([left, top], np.float32), masks)


def _head(found: Found) -> tuple[int, int, int, int]:
    """Left, top, right and bottom of the head, px, with some hair around it."""
    crown, chin = found.at("crown", "chin")
    sides = found.at("right temple", "left temple")
    tall = float(np.hypot(*(chin - crown)))
    return (
        int(sides[0, 0] - 0.25 * tall), int(crown[1] - 0.1 * tall),
        int(sides[1, 0] + 0.25 * tall), int(chin[1] + 0.1 * tall),
    )  # fmt: skip


def _direction(found: Found) -> list[str]:
    said = []
    right, left, nose, chin = found.at("right iris", "left iris", "nose", "chin")
    apart = max(found.apart, 1e-3)
    across = (left - right) / apart
    off = [abs(float(np.dot(nose - middle, across))) / apart for middle in ((right + left) / 2, chin)]
    cheeks = found.at("right cheek", "left cheek").mean(axis=0)
    aside = float(np.dot((right + left) / 2 - cheeks, across)) / apart
    widths = [
        max(float(np.hypot(*np.subtract(*found.at(f"{side} corner", f"{side} far corner")))), 1e-3) for side in SIDES
    ]
    turned = abs(aside / AT_20_CHEEKS + float(np.log(widths[0] / widths[1])) / AT_20_EYES) / 2
    if off[0] > TURNED or off[1] > TURNED_CHIN or turned > FARTHEST:
        said.append("The head is turned to the side: it will look best from there. A front view moves better.")
    if abs(float(np.degrees(np.arctan2(across[1], across[0])))) > LEANING:
        said.append("The head leans to the side. An upright head moves better.")
    return said


def _edges(found: Found, pixels: Pixels) -> list[str]:
    """Whether the head goes on beyond the picture's edge."""
    height, width = pixels.shape[:2]
    crown, chin = found.at("crown", "chin")
    sides = found.at("right temple", "left temple", "right cheek", "left cheek")
    tall = float(np.hypot(*(chin - crown)))
    first, last = (int(np.clip(x, 0, width)) for x in (sides[:, 0].min(), sides[:, 0].max()))
    hair = (pixels[0, first:last, 3] > SEEN) & found.of("hair", "skin")[0, first:last]
    above = crown[1] < 0.12 * tall and hair.sum() > 0.15 * (last - first)
    beside = sides[:, 0].min() < 0 or sides[:, 0].max() > width or chin[1] > height
    if above or beside:
        return ["The head is cut off at the picture's edge, which shows when it moves. A picture with room is best."]
    return []


def _mouth_hidden(found: Found, pixels: Pixels) -> bool:
    """Whether there is something else than the face's skin around the mouth, or no line at all where it should be."""
    corners = area(found.mouth, found.masks.shape)
    near, around = (grown(corners, share * found.apart) for share in (0.06, 0.2))
    sides = found.at("right temple", "right cheek", "left cheek", "left temple")
    above = np.arange(len(found.masks))[:, None] < found.at("nose")[0, 1]
    skin = area(sides, found.masks.shape) & above & found.of("skin")
    if not near.any() or not skin.any():
        return True
    if found.of("skin", "mouth", "ink")[near].mean() < FREE:
        return True
    colours = pixels[..., :3].astype(np.float32)
    lips = found.of("mouth") & around
    across = np.nonzero(lips.any(axis=0))[0]
    if len(across) == 0 or np.ptp(across) < NARROW * found.apart:
        return True
    alike = np.abs(colours[lips] - np.median(colours[skin], axis=0)).max(axis=1) < ALIKE
    wide = max(float(np.ptp(across)), float(np.hypot(*(found.mouth[2] - found.mouth[0])))) > WIDE * found.apart
    if wide and (alike.mean() > LIKE or found.of("mouth")[near].mean() < SPARSE):
        return True
    line = np.abs(colours[near] - np.median(colours[near], axis=0)).max(axis=1)
    usual = np.median(colours[skin], axis=0)
    apart = np.abs(colours[around] - usual).max(axis=1)
    other = np.abs(np.median(colours[around], axis=0) - usual).max()
    return bool(np.percentile(line, 98) < PLAIN or other > STRANGE or (apart < ALIKE).mean() < SKIN)


def eye_side(name: str) -> Side | None:
    """Whose eye a landmark of that name belongs to; None if it is of no eye."""
    side, _, rest = name.partition(" ")
    return next((one for one in SIDES if one == side and rest in EYE), None)
