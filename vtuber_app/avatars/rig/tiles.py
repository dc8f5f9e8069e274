"""Which tiles of the picture each layer must be drawn in: not where it is clear, nor behind what hides it.

Tiles are squares of the picture whose corners are the nodes of the layers' inverse maps. Between its four nodes a map
is interpolated, so what a tile samples lies in the box around their places in the texture.
"""

from collections.abc import Sequence
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from vtuber_app.avatars.rig.compose import BLOCK
from vtuber_app.avatars.rig.textures import Box, Pixels, Plane

COARSE = 4
"""Texels each way that are judged together."""
MOST = 24
"""Tiles each way in a picture, at most."""
WASTE = 5000
"""Px that may be drawn in vain to spare a further rectangle."""
GAP = 3
"""Tiles in a row that are drawn in vain rather than split a rectangle."""

CELL, FULL = np.uint32, 0x01010101
"""`COARSE` flags read as one number, and that number where all are set."""
PLACES = 1 << np.arange(MOST - 8, -1, -8)

Open = tuple[int, int, int, int]
"""x0, y0 and x1 of a rectangle that may yet grow, and its tiles that are drawn in vain."""
Flags = NDArray[np.bool_]
Indices = NDArray[np.intp]


def tile_size(size: int) -> int:
    """Of a picture of `size` px: even, and not more than `MOST` of them each way."""
    return 2 * -(-size // (2 * MOST))


class Nodes:
    """The nodes of all layers' maps in one row, for the tiles that may show them."""

    def __init__(self, boxes: Sequence[Box]) -> None:
        """`boxes` are those of each layer in tiles; x1 <= x0 where it is out of view."""
        x0, y0, x1, y1 = np.array(boxes, np.intp).T
        shown = (x1 > x0) & (y1 > y0)
        self.widths, self.heights = np.where(shown, x1 - x0 + 1, 0), np.where(shown, y1 - y0 + 1, 0)
        counts = self.widths * self.heights
        self.starts = np.concatenate([[0], np.cumsum(counts)])
        self.layer = np.repeat(np.arange(len(boxes)), counts)
        self.width = self.widths[self.layer]
        place = np.arange(len(self.layer)) - self.starts[self.layer]
        row = place // np.maximum(self.width, 1)
        self.column, self.row = place - row * self.width + x0[self.layer], row + y0[self.layer]
        self._first = (self.column < x1[self.layer]) & (self.row < y1[self.layer])
        self.boxes = boxes

    def tiles(self) -> Indices:
        """The nodes that are a tile's top left one."""
        return np.flatnonzero(self._first)

    def of(self, layer: int, values: Plane) -> Plane:
        """The values of one layer's nodes, (rows, columns, …)."""
        shape = (int(self.heights[layer]), int(self.widths[layer]), *values.shape[1:])
        return values[self.starts[layer] : self.starts[layer + 1]].reshape(shape)


class Cover:
    """Where the textures of some layers are clear and where they are opaque."""

    def __init__(self, alphas: Sequence[Pixels], marked: Sequence[Sequence[Box]]) -> None:
        """Judge the layers' alpha, (h, w) each; boxes in `marked` may be drawn upon and count as not clear."""
        filled, opaque = [], []
        for alpha, boxes in zip(alphas, marked, strict=True):
            some = alpha > 0
            for x0, y0, x1, y1 in boxes:
                some[y0:y1, x0:x1] = True
            filled.append(_table(some, every=False))
            opaque.append(_table(alpha == 255, every=True))
        self._tall = np.array([len(table) - 1 for table in filled])
        self._wide = np.array([table.shape[1] - 1 for table in filled])
        self._start = np.cumsum([0] + [table.size for table in filled])[:-1]
        self._filled = np.concatenate([table.ravel() for table in filled])
        self._opaque = np.concatenate([table.ravel() for table in opaque])

    def seen(self, nodes: Nodes, where: Plane) -> tuple[Flags, Flags]:
        """Judge all tiles of a picture.

        Args:
            nodes: n of them.
            where: (n, 2) px that they sample in their layers' textures.

        Returns:
            Two of (layers, MOST, MOST), by row and column: must it be drawn, and may it be written without blending,
            because it is opaque or there is nothing behind it?
        """
        first = nodes.tiles()
        layer = nodes.layer[first]
        below = first + nodes.width[first]
        four = where[np.stack([first, first + 1, below, below + 1])]
        low, high = four.min(0), four.max(0)
        wide, tall, start = self._wide[layer], self._tall[layer], self._start[layer]
        limits = np.stack([wide, tall], 1)
        # Sampling mixes a texel with its neighbour.
        low_cell = np.floor((low - 1) / COARSE).astype(np.intp)
        high_cell = np.floor((high + 2) / COARSE).astype(np.intp) + 1
        inside = ((low_cell >= 0) & (high_cell <= limits)).all(1)
        (x0, y0), (x1, y1) = np.clip(low_cell, 0, limits).T, np.clip(high_cell, 0, limits).T
        top, bottom = start + y0 * (wide + 1), start + y1 * (wide + 1)
        corners = bottom + x1, bottom + x0, top + x1, top + x0
        place = layer, nodes.row[first], nodes.column[first]
        shape = (len(self._wide), MOST, MOST)
        filled, opaque = np.zeros(shape, np.bool_), np.zeros(shape, np.bool_)
        filled[place] = _count(self._filled, corners) > 0
        opaque[place] = (_count(self._opaque, corners) == (x1 - x0) * (y1 - y0)) & inside
        hidden = np.logical_or.accumulate(opaque[:0:-1], axis=0)[::-1]  # by any layer in front
        filled[:-1] &= ~hidden
        behind = np.logical_or.accumulate(filled[:-1], axis=0)
        opaque[0] = True
        opaque[1:] |= ~behind
        return filled, opaque


def bits(flags: Flags) -> list[tuple[int, ...]]:
    """The rows of each of (n, MOST, MOST) as integers of `MOST` bits, the first column being the highest."""
    packed = np.packbits(flags, axis=-1).reshape(*flags.shape[:2], -1)
    return [tuple(rows) for rows in (packed.astype(np.int64) @ PLACES).tolist()]


@lru_cache(maxsize=4096)
def rectangles(needed: tuple[int, ...], tile: int) -> tuple[Box, ...]:
    """A few rectangles that do not overlap and hold all tiles of `tile` px that are true in these rows of `bits`."""
    waste = WASTE // (tile * tile)
    most = BLOCK // (tile * tile)
    done: list[Box] = []
    open_: list[Open] = []  # those that reach the row
    for row, tiles in enumerate(needed):
        if not (tiles or open_):
            continue
        runs = _runs(tiles, most)
        longer = _lengthened(open_, runs, row, waste, most) if len(runs) == len(open_) else None
        if longer is None:
            done += [(x0, y0, x1, row) for x0, y0, x1, _ in open_]
            longer = [(start, row, end, 0) for start, end in runs]
        open_ = longer
    return (*done, *((x0, y0, x1, MOST) for x0, y0, x1, _ in open_))


def _lengthened(
    open_: Sequence[Open], runs: Sequence[tuple[int, int]], row: int, waste: int, most: int
) -> list[Open] | None:
    """Rectangles that end above `row`, each grown to hold one of that row's runs as well; None if that can't be."""
    longer: list[Open] = []
    edge = 0
    for (x0, y0, x1, vain), (start, end) in zip(open_, runs, strict=True):
        left, right = min(x0, start), max(x1, end)
        wide = right - left
        in_vain = vain + (wide - (x1 - x0)) * (row - y0) + wide - (end - start)
        if left < edge or in_vain > waste or wide * (row + 1 - y0) > most:
            return None
        edge = right
        longer.append((left, y0, right, in_vain))
    return longer


@lru_cache(maxsize=1 << 14)
def _runs(bits: int, longest: int) -> tuple[tuple[int, int], ...]:
    """The runs of ones in a row of `MOST` bits from its high end, start and end.

    Narrow gaps are closed, and none is longer than `longest`.
    """
    runs: list[tuple[int, int]] = []
    while bits:
        start = MOST - bits.bit_length()
        end = MOST - (~bits & ((1 << (MOST - start)) - 1)).bit_length()
        bits &= (1 << (MOST - end)) - 1
        if runs and start - runs[-1][1] <= GAP:
            start, _ = runs.pop()
        while end - start > longest:
            runs.append((start, start + longest))
            start += longest
        runs.append((start, end))
    return tuple(runs)


def _table(flags: Flags, every: bool) -> NDArray[np.int32]:
    """The summed-area table of the coarse cells in which any flag is set, or every one."""
    height, width = flags.shape
    padded = np.zeros((-(-height // COARSE) * COARSE, -(-width // COARSE) * COARSE), np.bool_)
    padded[:height, :width] = flags
    # A cell's row is one number: an avatar is waited for while this is done.
    rows = padded.view(CELL).reshape(len(padded) // COARSE, COARSE, -1)
    cells = (rows == FULL).all(axis=1) if every else (rows != 0).any(axis=1)
    return np.asarray(cv2.integral(cells.astype(np.uint8)), np.int32)


def _count(table: NDArray[np.int32], corners: tuple[Indices, Indices, Indices, Indices]) -> NDArray[np.int32]:
    far, left, above, near = corners
    return np.asarray(table[far] - table[left] - table[above] + table[near], np.int32)
