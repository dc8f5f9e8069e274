"""A picture on its way to becoming a puppet, and what is corrected by hand on the way."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import cv2
import numpy as np

from vtuber_app.avatars import cutout
from vtuber_app.avatars.autorig import doctor
from vtuber_app.avatars.autorig.fill import area, grown
from vtuber_app.avatars.autorig.find import Finder
from vtuber_app.avatars.autorig.found import LANDMARKS, MASKS, SIDES, Flags, Found, Pixels, Plane
from vtuber_app.core.errors import SettingsError

SIDE = 2048
"""A larger picture is made so small, px: a head of a fourth of that fills the largest canvas."""
OPAQUE, SEEN = 255, 25
ROOM = 0.6
"""So much of the head's height is looked at around a box that was drawn by hand."""
SAME = 0.4
"""A box that shares less with the head that was found is around another one."""
PHOTO = (
    "This looks like a photo of a human. Avatars are made of drawn characters; a photo will hardly move well. "
    "Choose a drawing."
)

Box = tuple[float, float, float, float]
"""Left, top, width and height of the head's square, px: from the hair's crown to the chin."""
Cut = Callable[[Pixels], Pixels]
"""Cuts a figure out of a background that isn't plain."""


@dataclass(frozen=True, eq=False)
class Draft:
    """What is known so far; px of `original`.

    Attributes:
        original: (H, W, 4) RGBA, straight alpha, as it came.
        pixels: The same, cut out.
        found: None if no face was found, or none where the box is.
        box: The head's square; None before there is a face or a box drawn by hand.
        background: Why the background is still there, or nothing.
        why: Why no face was found, or nothing.
        several: How many more heads are seen.
        photo: It seems to be a photo of a human.
    """

    original: Pixels
    pixels: Pixels
    found: Found | None
    box: Box | None
    background: str = ""
    why: str = ""
    several: int = 0
    photo: bool = False

    @property
    def doubts(self) -> list[str]:
        """What may go wrong, in sentences."""
        if self.photo:
            return [PHOTO]
        said = [self.background] if self.background else []
        if self.several:
            heads = "another head" if self.several == 1 else f"{self.several} other heads"
            said.append(
                f"There {'is' if self.several == 1 else 'are'} {heads} in the picture. Draw the box around the one "
                "to be moved, and erase what isn't the character's if it is in sight."
            )
        return [*said, *(doctor.doubts(self.found, self.pixels) if self.found else [self.why])]


def begun(pixels: Pixels, finder: Finder, cut: Cut | None = None) -> Draft:
    """Cut a picture out and look what is in it.

    Args:
        pixels: (H, W, 4) RGBA, straight alpha.
        finder: Finds faces.
        cut: Asked where the background isn't plain; without it such a background stays.
    """
    pixels = _small(pixels)
    cut_out, background = _cut(pixels, cut)
    found, why = _look(cut_out, finder)
    if found is None:
        return Draft(pixels, cut_out, None, None, background, why)
    several = doctor.others(found, cut_out, finder)
    return Draft(pixels, cut_out, found, head_box(found), background, "", several)


def head_box(found: Found) -> Box:
    """The square around a head that was found."""
    crown, chin = found.at("crown", "chin")
    tall = max(float(chin[1] - crown[1]), 8.0)
    middle = found.at("right temple", "left temple").mean(axis=0)
    return float(middle[0]) - tall / 2, float(crown[1]), tall, tall


def boxed(draft: Draft, box: Box, finder: Finder) -> Draft:
    """With the head's box drawn by hand; where it is around another head, that one is looked for."""
    if draft.found is not None and _shared(head_box(draft.found), box) >= SAME:
        return replace(draft, box=box)
    left, top, width, height = box
    room = ROOM * height
    region = (int(left - room), int(top - room), int(left + width + room), int(top + height + room))
    found = doctor.within(draft.pixels, region, finder)
    if found is None or _shared(head_box(found), box) < SAME / 2:
        why = "No drawn face was found in the box. Draw it from the crown to the chin of a face that looks at you."
        return replace(draft, found=None, box=box, why=why)
    return replace(draft, found=_whole(found, draft.pixels), box=box, why="")


def moved(draft: Draft, landmark: str, point: tuple[float, float]) -> Draft:
    """With one landmark where the user put it; what an eye encloses becomes that eye's."""
    if draft.found is None:
        return draft
    landmarks = draft.found.landmarks.copy()
    landmarks[LANDMARKS.index(landmark)] = point
    found = replace(draft.found, landmarks=landmarks)
    if doctor.eye_side(landmark):
        found = replace(found, masks=_eyes_repainted(found, draft.pixels))
    same = landmark in ("crown", "chin", "right temple", "left temple")
    return replace(draft, found=found, box=head_box(found) if same else draft.box)


def brushed(draft: Draft, points: Plane, radius: float, keep: bool) -> Draft:
    """With a stroke along points (n, 2) px that keeps or erases what it covers."""
    covered = np.zeros(draft.pixels.shape[:2], np.uint8)
    line = np.rint(points).astype(np.int32).reshape(-1, 1, 2)
    cv2.polylines(covered, [line], False, (OPAQUE,), max(round(2 * radius), 1), cv2.LINE_AA)
    if len(points) == 1:
        cv2.circle(covered, tuple(int(x) for x in line[0, 0]), max(round(radius), 1), (OPAQUE,), -1, cv2.LINE_AA)
    pixels = draft.pixels.copy()
    if keep:
        back = np.minimum(covered, draft.original[..., 3])
        more = back > pixels[..., 3]
        pixels[more, :3] = draft.original[more, :3]
        pixels[..., 3] = np.maximum(pixels[..., 3], back)
    else:
        pixels[..., 3] = np.minimum(pixels[..., 3], OPAQUE - covered)
    found = _whole(draft.found, pixels) if draft.found else None
    return replace(draft, pixels=pixels, found=found)


def _small(pixels: Pixels) -> Pixels:
    """The picture with at most `SIDE` px a side."""
    height, width = pixels.shape[:2]
    if max(height, width) <= SIDE:
        return pixels
    scale = SIDE / max(height, width)
    size = (max(round(width * scale), 1), max(round(height * scale), 1))
    if (pixels[..., 3] == OPAQUE).all():
        return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)
    weighted = cv2.cvtColor(pixels, cv2.COLOR_RGBA2mRGBA)
    small = cv2.resize(weighted, size, interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.cvtColor(small, cv2.COLOR_mRGBA2RGBA), np.uint8)


def _cut(pixels: Pixels, cut: Cut | None) -> tuple[Pixels, str]:
    """The figure cut out, and why the background is still there where it is."""
    if (pixels[..., 3] < OPAQUE).any():
        return cutout.clean(pixels), ""
    try:
        return cutout.cut(pixels), ""
    except cutout.NotPlain as error:
        if cut is None:
            return pixels, (
                "The background is not plain, so it stays in the picture and moves along. Install Anime matting on "
                "the page of networks (vtuber-app models install isnet_anime), erase it by hand, or use a picture "
                "with a transparent background."
            )
        reason = str(error)
    except SettingsError as error:
        return pixels, str(error)
    try:
        return cut(pixels), ""
    except SettingsError as error:
        return pixels, f"{reason} {error}"


def _look(pixels: Pixels, finder: Finder) -> tuple[Found | None, str]:
    """What is found in the picture; where that isn't surely a face, its halves are looked at too."""
    if not (pixels[..., 3] > SEEN).any():
        return None, "Nothing is seen in this picture: it is transparent all over. Choose another one."
    try:
        found: Found | None = finder.find(pixels)
        why = ""
    except SettingsError as error:
        found, why = None, str(error)
    if found is not None and doctor.face(found).surely:
        return found, ""
    height, width = pixels.shape[:2]
    halves = (
        (0, 0, width * 3 // 5, height), (width * 2 // 5, 0, width, height),
        (0, 0, width, height // 2), (width // 4, 0, width * 3 // 4, height // 2),
    )  # fmt: skip
    seen = [one for region in halves if (one := doctor.within(pixels, region, finder)) and doctor.face(one).surely]
    if seen:
        return _whole(max(seen, key=lambda one: doctor.face(one).tall), pixels), ""
    return found, why


def _whole(found: Found, pixels: Pixels) -> Found:
    """With a part for every pixel of the figure: beyond what was looked at, hair above the chin and body below."""
    hair, body = MASKS.index("cap") + 1, MASKS.index("body") + 1
    above = np.arange(len(pixels))[:, None] < found.at("chin")[0, 1]
    masks = np.where(found.masks > 0, found.masks, np.where(above, hair, body))
    return replace(found, masks=np.where(pixels[..., 3] > SEEN, masks, 0).astype(np.uint8))


def _eyes_repainted(found: Found, pixels: Pixels) -> Pixels:
    """The parts, with white and iris inside the lids and nowhere else."""
    skin, white, iris = (MASKS.index(name) + 1 for name in ("skin", "white", "iris"))
    masks = found.masks.copy()
    lids: list[Flags] = []
    for side in SIDES:
        lids.append(area(found.eye(side), masks.shape) & (pixels[..., 3] > SEEN))
        light = pixels[..., :3].min(axis=2) > 200
        wrong = lids[-1] & ~np.isin(masks, (white, iris))
        masks[wrong & light], masks[wrong & ~light] = white, iris
    near = grown(lids[0] | lids[1], max(0.05 * found.apart, 1))
    masks[np.isin(masks, (white, iris)) & ~near] = skin
    return masks


def _shared(one: Box, other: Box) -> float:
    """What two boxes share, of what they cover together."""
    across = min(one[0] + one[2], other[0] + other[2]) - max(one[0], other[0])
    down = min(one[1] + one[3], other[1] + other[3]) - max(one[1], other[1])
    both = max(across, 0.0) * max(down, 0.0)
    return both / (one[2] * one[3] + other[2] * other[3] - both)
