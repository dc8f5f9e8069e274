"""Figures cut out of plain backgrounds, and clean edges for those that are cut out already; no network needed.

Colours are compared by the largest of the three differences, in levels of 255.
"""

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from vtuber_app.core.errors import SettingsError

Mask = NDArray[np.bool_]
Colours = NDArray[np.float32]
Pixels = NDArray[np.uint8]

PLAIN_SHARE = 0.5
"""A background is plain if one colour or smooth gradient explains that share of the picture's border."""
EXPLAINED = 10.0
"""How far from the gradient a pixel of the border may lie, levels."""
TRIES = 300
OPAQUE = 255
FAINT, FULL = 3, 252
"""Alpha below the first is none, above the second is all."""
WEAK, GRAIN = 24.0, 7
"""What differs by fewer levels and is narrower, px, is taken for the grain of JPEG."""
SOFT = 0.004
"""Edges may be soft over that share of the shorter side."""
STEEP = 3.0
"""Within a soft edge, each pixel further in differs by so many levels more."""
EVEN_SHARE = 0.02
"""In a painting, a smaller share of the figure's pixels has the very colour of all around them."""
SPECK = 2e-4
"""A part of the figure smaller than that share of the picture is dust."""
WIDEST_GAP = 0.04
"""Up to twice that share of the shorter side, a gap in an outline may be closed."""
SMALLEST_LEAK = 0.013
"""Inlets narrower than twice that share of the shorter side are background, whatever their shape."""
BOTTLE = 2.0
"""What is that many times wider than the way to it is the figure's, such as a white shirt with a gap in its outline."""


class NotPlain(SettingsError):
    """The background is not plain: only a network can tell it from the figure."""


@dataclass(frozen=True, slots=True, eq=False)
class _Background:
    """What lies behind the figure.

    Attributes:
        colours: (H, W, 3) RGB.
        difference: (H, W), how far each pixel is from it, levels.
        tolerance: What differs by less may be background, levels.
        certain: Nearly all of what is enclosed by the figure must differ by less to be background, levels; 0 if
            nothing enclosed is certain to be.
    """

    colours: Colours
    difference: NDArray[np.float32]
    tolerance: float
    certain: float


def cut(pixels: Pixels) -> Pixels:
    """Cut a figure out of a plain background; one that is cut out already is cleaned.

    The background is followed from the upper border and the sides, so that the same colour inside the figure stays.
    Closed holes are cut too; on white or black, which eyes and shirts have as well, only in a painting without any
    other perfectly even place.

    Args:
        pixels: (H, W, 4) RGBA, straight alpha.

    Returns:
        (H, W, 4) RGBA, straight alpha, as `clean` leaves it.

    Raises:
        NotPlain: The background is neither one colour nor a smooth gradient.
        SettingsError: There is nothing in front of it.
    """
    if (pixels[..., 3] < FULL).mean() > SPECK:
        return clean(pixels)
    seen = _background(pixels[..., :3].astype(np.float32))
    behind = _behind(seen)
    share = 1 - behind.mean()
    if share < 0.005:
        raise SettingsError(
            "No figure can be seen in the picture: it has one colour all over. Choose a picture of a character whose "
            "colours differ from its background."
        )
    if share > 0.98:
        raise SettingsError(
            "The figure can't be told from its background. Use a picture with a transparent background, or a plain one "
            "in another colour than the figure's."
        )
    return clean(_matte(pixels, seen, behind))


def clean(pixels: Pixels) -> Pixels:
    """Clean a cut-out figure: no dust, no nearly clear or nearly opaque pixels, and the figure's colours go on outside.

    Args:
        pixels: (H, W, 4) RGBA, straight alpha.

    Returns:
        (H, W, 4) RGBA, straight alpha. Clear pixels have the colour of the nearest seen ones, so that filtering
        without weights brings no fringe; all 0 if nothing is seen.
    """
    cleaned = pixels.copy()
    alpha = cleaned[..., 3]
    alpha[alpha < FAINT] = 0
    alpha[alpha > FULL] = OPAQUE
    count, labels, statistics, _ = cv2.connectedComponentsWithStats((alpha > 0).astype(np.uint8), connectivity=8)
    small = statistics[:, cv2.CC_STAT_AREA] < max(SPECK * alpha.size, 4)
    small[0] = False
    if count > 1 and small[1:].all():  # a figure of a few pixels is no dust
        small[1 + int(np.argmax(statistics[1:, cv2.CC_STAT_AREA]))] = False
    alpha[small[labels]] = 0
    if not alpha.any():
        return np.zeros_like(pixels)
    if (alpha == 0).any():
        clear = alpha == 0
        cleaned[clear, :3] = nearest(cleaned[..., :3], ~clear)[clear]
    return cleaned


def _background(colours: Colours) -> _Background:
    """The gradient along the border, carried on over the whole picture; SettingsError if there is none."""
    height, width = colours.shape[:2]
    edge = np.zeros((height, width), bool)
    thick = max(1, round(min(height, width) / 200))
    edge[:thick] = edge[-thick:] = True
    edge[:, :thick] = edge[:, -thick:] = True
    rows, columns = np.nonzero(edge)
    y, x = 2 * (rows + 0.5) / height - 1, 2 * (columns + 0.5) / width - 1
    found = colours[edge].astype(np.float64)
    random = np.random.default_rng(0)
    best, share, degree = np.zeros((1, 3)), -1.0, 0
    for tried in range(3):  # one colour, a slope, a bowl: a later one must explain more
        terms = _terms(x, y, tried)
        coefficients, explained = _fit(terms, found, random)
        if explained > share + 0.02:
            best, share, degree = coefficients, explained, tried
    if share < PLAIN_SHARE:
        raise NotPlain(
            f"The picture's background is not plain: only {share:.0%} of its border is one colour or a smooth "
            "gradient. Use a picture with a transparent or plain background, or remove the background in a paint "
            "program and save it as PNG."
        )
    across, down = 2 * (np.arange(width) + 0.5) / width - 1, 2 * (np.arange(height) + 0.5) / height - 1
    model = np.empty_like(colours)
    for row in range(height):
        model[row] = _terms(across, np.full(width, down[row]), degree) @ best
    np.clip(model, 0, OPAQUE, out=model)
    difference = np.abs(colours - model).max(axis=2)
    at_border = difference[edge]
    noise = max(float(np.median(at_border[at_border < EXPLAINED])), _grain(difference))
    tolerance = float(np.clip(2 * noise + 3, 3, 12))
    if model.max() >= 10 and model.min() <= 245:
        certain = 3 * tolerance
    else:  # white and black are in most drawings too
        certain = 0.5 if _painted(colours, difference) else 0.0
    return _Background(model, difference, tolerance, certain)


def _painted(colours: Colours, difference: NDArray[np.float32]) -> bool:
    """Whether the figure has hardly any perfectly even places, so that those that are enclosed are background."""
    square = np.ones((3, 3), np.uint8)
    even = (cv2.dilate(colours, square) == cv2.erode(colours, square)).all(axis=2)
    figure = difference >= WEAK
    return bool(even[figure].mean() < EVEN_SHARE) if figure.any() else False


def _grain(difference: NDArray[np.float32]) -> float:
    """The usual difference from the background close to the figure, where JPEG is worst, levels."""
    figure = difference >= WEAK
    away = _distance(~figure)
    labels, linked = _linked(away >= 2, _seeds(figure))
    close = difference[linked[labels] & (away <= GRAIN + 1)]
    return float(np.median(close)) if len(close) else 0.0


def _terms(x: NDArray[np.float64], y: NDArray[np.float64], degree: int) -> NDArray[np.float64]:
    """The monomials of x and y up to a degree of 0, 1 or 2: (N, 1), (N, 3) or (N, 6)."""
    columns = (np.ones_like(x), x, y, x * x, x * y, y * y)
    return np.stack(columns[: (1, 3, 6)[degree]], axis=1)


def _fit(
    terms: NDArray[np.float64], found: NDArray[np.float64], random: np.random.Generator
) -> tuple[NDArray[np.float64], float]:
    """The coefficients (K, 3) that explain most of the colours (N, 3), and the share that they explain.

    A random few of the pixels give a guess; the guess that explains most is fitted to all that it explains.
    """
    some = random.choice(len(found), min(len(found), 800), replace=False)
    best, most = np.zeros((terms.shape[1], 3)), -1
    for _ in range(TRIES):
        few = random.choice(some, terms.shape[1])
        guess = np.linalg.lstsq(terms[few], found[few], rcond=None)[0]
        hits = int((np.abs(found[some] - terms[some] @ guess).max(axis=1) < EXPLAINED).sum())
        if hits > most:
            best, most = guess, hits
    for _ in range(8):
        inside = np.abs(found - terms @ best).max(axis=1) < EXPLAINED
        if inside.sum() < terms.shape[1]:
            break
        best = np.linalg.lstsq(terms[inside], found[inside], rcond=None)[0]
    return best, float((np.abs(found - terms @ best).max(axis=1) < EXPLAINED).mean())


def _behind(seen: _Background) -> Mask:
    """Where the background is seen: what a ball reaches that rolls in from the border, then ever smaller balls.

    A small ball that comes through a gap into a place much wider than the gap has leaked into the figure.
    """
    alike = seen.difference < seen.tolerance
    height, width = alike.shape
    alike |= (seen.difference < WEAK) & ~_opened(~alike)  # the grain that JPEG leaves around lines
    side = min(height, width)
    widest = max(WIDEST_GAP * side, 2.0)
    pad = int(widest * BOTTLE) + 2
    padded = cv2.copyMakeBorder(alike.astype(np.uint8), pad, pad, pad, pad, cv2.BORDER_REPLICATE)
    room = _distance(padded > 0)[pad:-pad, pad:-pad]
    seeds = _seeds(alike)
    reached, kept = np.zeros_like(alike), np.zeros_like(alike)
    radius, previous = widest, np.inf
    while True:
        free = ((room > radius) | reached) & alike & ~kept
        labels, linked = _linked(free, seeds | reached)
        count, pockets, boxes, _ = cv2.connectedComponentsWithStats(
            (linked[labels] & ~reached).astype(np.uint8), connectivity=4
        )
        size = np.zeros(count, np.float32)
        np.maximum.at(size, np.asarray(pockets, np.intp).ravel(), room.ravel())
        leaks = size > max(BOTTLE * previous, SMALLEST_LEAK * side)
        leaks[0] = False
        left, right = boxes[:, cv2.CC_STAT_LEFT], boxes[:, cv2.CC_STAT_LEFT] + boxes[:, cv2.CC_STAT_WIDTH]
        leaks &= (left > 0) & (right < width)  # below hair, background reaches the side
        leaks[np.unique(pockets[seeds])] = False
        for pocket in np.flatnonzero(leaks):
            leaks[pocket] = not _certain(seen, pockets, pocket, boxes[pocket], room)
        stopped = leaks[pockets]
        reached |= _rolled((pockets > 0) & ~stopped, radius) & alike & ~kept
        kept |= _rolled(stopped, radius) & alike & ~reached
        if radius == 0:
            break
        previous, radius = radius, radius / 1.5 if radius > 1.5 else 0.0
    if seen.certain > 0:
        rest = (alike & ~reached).astype(np.uint8)
        count, holes, boxes, _ = cv2.connectedComponentsWithStats(rest, connectivity=4)
        certain = [hole > 0 and _certain(seen, holes, hole, boxes[hole], room) for hole in range(count)]
        reached |= np.array(certain)[holes]
    return reached


def _seeds(like: Mask) -> Mask:
    """Where the background is followed from: the upper border and the sides above the shoulders."""
    seeds = np.zeros_like(like)
    seeds[0] = True
    seeds[: len(seeds) * 2 // 3, [0, -1]] = True
    return seeds


def _linked(free: Mask, start: Mask) -> tuple[NDArray[np.int32], Mask]:
    """The connected parts of a mask (labels, 0 outside), and for each label whether it holds a starting point."""
    count, parts = cv2.connectedComponents(free.astype(np.uint8), connectivity=4)
    labels = np.asarray(parts, np.int32)
    linked = np.zeros(count, bool)
    linked[labels[start]] = True
    linked[0] = False
    return labels, linked


def _rolled(middles: Mask, radius: float) -> Mask:
    """What balls cover whose middles are there."""
    if radius < 1 or not middles.any():
        return middles
    return _distance(~middles) <= radius


def _certain(seen: _Background, labels: NDArray[Any], label: int, box: NDArray[Any], room: NDArray[np.float32]) -> bool:
    """Whether an enclosed place is certainly background: of its colour, and as even.

    Args:
        seen: The background.
        labels: (H, W) of all such places.
        label: Of this one.
        box: Its left, top, width, height, px, and its area, px, as OpenCV gives them.
        room: (H, W), how far it is to what is no background, px.
    """
    left, top, width, height, area = box
    if area < 12:
        return False
    part = slice(top, top + height), slice(left, left + width)
    deep = seen.difference[part][(labels[part] == label) & (room[part] > 2)]
    return bool(len(deep) >= 12 and np.median(deep) < 0.7 * seen.tolerance and np.percentile(deep, 98) < seen.certain)


def _matte(pixels: Pixels, seen: _Background, behind: Mask) -> Pixels:
    """Solve colour = alpha * figure + (1 - alpha) * background along the edge.

    The figure's colour is that of the pixel to which the way in leads as long as the difference from the background
    grows: the outline's where there is one.
    """
    height, width = behind.shape
    depth = _distance(~behind).ravel()
    difference = seen.difference.ravel()
    soft = max(3, round(min(height, width) * SOFT))
    edge = np.flatnonzero((depth > 0) & (depth <= soft))
    rows, columns = edge // width, edge % width
    around = [
        np.clip(rows + down, 0, height - 1) * width + np.clip(columns + across, 0, width - 1)
        for down in (-1, 0, 1)
        for across in (-1, 0, 1)
    ]
    least = np.where(difference[edge] < WEAK, 0, difference[edge] + STEEP)  # grain knows no way
    ways = [(to, (depth[to] > depth[edge]) & (difference[to] > least)) for to in around]
    front = np.arange(depth.size)
    for _ in range(soft):
        for to, inward in ways:
            better = inward & (difference[front[to]] > difference[front[edge]])
            front[edge[better]] = front[to[better]]
    colours, backs = pixels[..., :3].reshape(-1, 3), seen.colours.reshape(-1, 3)
    inner = front[edge]
    back = backs[edge]
    mixed, pure = colours[edge] - back, colours[inner] - back
    alpha = np.clip((mixed * pure).sum(axis=1) / np.maximum((pure * pure).sum(axis=1), 1), 0, 1)
    alike = difference[inner] < 3 * seen.tolerance  # too much to tell: what is thin is grain
    alpha[alike] = _opened(~behind).ravel()[edge[alike]]
    cut_out = np.dstack([pixels[..., :3], np.where(behind, 0, OPAQUE).astype(np.uint8)])
    flat = cut_out.reshape(-1, 4)
    flat[edge, 3] = np.rint(alpha * OPAQUE)
    part = alpha < 0.99
    flat[edge[part], :3] = colours[inner[part]]
    return cut_out


def _opened(inside: Mask) -> Mask:
    """A mask without what is thinner than grain."""
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (GRAIN, GRAIN))
    return np.asarray(cv2.morphologyEx(inside.astype(np.uint8), cv2.MORPH_OPEN, disc) > 0)


def _distance(inside: Mask) -> NDArray[np.float32]:
    """How far each pixel of a mask is from what is outside, px."""
    return np.asarray(cv2.distanceTransform(inside.astype(np.uint8), cv2.DIST_L2, 5), np.float32)


def nearest(colours: Pixels, known: Mask) -> Pixels:
    """(H, W, 3) with the colour of the nearest known pixel everywhere."""
    _, labels = cv2.distanceTransformWithLabels(
        (~known).astype(np.uint8), cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL
    )
    table = np.zeros((int(labels.max()) + 1, 3), np.uint8)
    table[labels[known]] = colours[known]
    return np.asarray(table[labels])
