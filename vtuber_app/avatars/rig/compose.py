"""Blending of premultiplied pictures."""

import cv2
import numpy as np

from vtuber_app.avatars.rig.textures import Pixels, Plane

BLOCK = 1 << 15
"""Px that are bent at once: what lies between the steps then stays in the processor's cache."""

NOTHING = np.empty(0, np.float32)
"""Stands for the second map, when the first holds both coordinates."""


class Bender:
    """Samples textures through maps and lays them over a picture, in scratch memory that is used again and again."""

    def __init__(self) -> None:
        self._where = np.empty(6 * BLOCK, np.float32)
        self._bent = np.empty(4 * BLOCK, np.uint8)
        self._near = np.empty(12 * BLOCK, np.uint8)

    def lay(self, target: Pixels, texture: Pixels, nodes: Plane, tile: int, plain: bool) -> None:
        """Lay a texture over a picture, bent.

        Args:
            target: (h, w, 4), premultiplied, at most `BLOCK` px; changed in place.
            texture: Likewise, of any size.
            nodes: (rows + 1, columns + 1, 2) px of the texture that are seen at the corners of the target's tiles.
            tile: Size of a tile, px, even.
            plain: Nothing behind it will be seen, so there is no need to blend.
        """
        height, width = target.shape[:2]
        texture, nodes = self._brought_near(texture, nodes)
        if not texture.size:
            if plain:
                target.fill(0)
            return
        rows, columns = nodes.shape[0] * tile, nodes.shape[1] * tile
        where = self._where[: rows * columns * 2].reshape(rows, columns, 2)
        cv2.resize(nodes, (columns, rows), where)
        # Resizing puts each node in the middle of a tile, half a tile after where it belongs.
        where = where[tile // 2 : tile // 2 + height, tile // 2 : tile // 2 + width]
        if plain:
            cv2.remap(texture, where, NOTHING, cv2.INTER_LINEAR, target)
            return
        bent = self._bent[: height * width * 4].reshape(height, width, 4)
        cv2.remap(texture, where, NOTHING, cv2.INTER_LINEAR, bent)
        over(target, bent)

    def _brought_near(self, texture: Pixels, nodes: Plane) -> tuple[Pixels, Plane]:
        """Copy what is sampled of a texture, so that it is in the cache: far memory is read fast in order only."""
        left, top, wide, tall = cv2.boundingRect(nodes.reshape(-1, 2))
        x0, y0 = max(left - 1, 0), max(top - 1, 0)
        part = texture[y0 : max(top + tall + 2, 0), x0 : max(left + wide + 2, 0)]
        if part.size > self._near.size:
            return texture, nodes
        near = self._near[: part.size].reshape(part.shape)
        np.copyto(near, part)
        return near, nodes - np.array([x0, y0], np.float32)


def over(target: Pixels, source: Pixels) -> None:
    """Lay `source` over `target`, in place; both (h, w, 4), premultiplied."""
    clear = cv2.bitwise_not(cv2.extractChannel(source, 3))
    cv2.multiply(target, cv2.merge((clear, clear, clear, clear)), target, 1 / 255)
    cv2.add(target, source, target)


def shifted_columns(source: Pixels, rows: Plane, across: Plane) -> Pixels:
    """Sample `source` at rows (h, w), each column `across` (w,) px."""
    where = np.empty((*rows.shape, 2), np.float32)
    where[..., 0] = across
    where[..., 1] = rows
    return np.asarray(cv2.remap(source, where, NOTHING, cv2.INTER_LINEAR), np.uint8)


def placed(source: Pixels, matrix: Plane, height: int | None = None) -> Pixels:
    """Move `source` by a (2, 3) affine matrix, into a picture of its own width, and height if none is given."""
    size = source.shape[1], source.shape[0] if height is None else height
    return np.asarray(cv2.warpAffine(source, matrix, size), np.uint8)


def shifted(source: Pixels, right: float, down: float) -> Pixels:
    """Move the whole of `source` by a fraction of px."""
    return placed(source, np.array([[1, 0, right], [0, 1, down]], np.float32))
