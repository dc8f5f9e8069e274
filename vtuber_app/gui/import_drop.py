"""What was dropped onto the window or lies in the clipboard: a file, a web address, or a picture itself."""

import re
from html import unescape
from pathlib import Path

import numpy as np
from PySide6.QtCore import QMimeData
from PySide6.QtGui import QImage

from vtuber_app.avatars import online
from vtuber_app.avatars.autorig.found import Pixels

Arrival = Path | str | Pixels
"""A local file or folder, a web address, or pixels (H, W, 4) RGBA, straight alpha."""

IMAGE = re.compile(r"""<img\b[^>]*?\bsrc\s*=\s*["']?(https?://[^"'\s>]+)""", re.IGNORECASE)
HTML_LIMIT = 100_000


def arrival(mime: QMimeData) -> Arrival | None:
    """The best of what it offers; None if nothing of that can be an avatar.

    A picture dragged out of a browser often comes with the address of the page it links to: its own address is in
    the HTML that comes along.
    """
    for url in mime.urls():
        if url.isLocalFile():
            return Path(url.toLocalFile())
    if mime.hasImage() and (pixels := _pixels(mime.imageData())) is not None:
        return pixels
    if mime.hasHtml() and (found := IMAGE.search(mime.html()[:HTML_LIMIT])):
        return unescape(found.group(1))
    texts = [*(url.toString() for url in mime.urls()), *mime.text().splitlines()[:1]]
    for text in texts:
        if online.is_address(text):
            return text.strip()
    text = mime.text().strip().strip('"')
    return Path(text) if "\n" not in text and len(text) < 1000 and _is_file(text) else None


def _is_file(text: str) -> bool:
    try:
        path = Path(text)
        return path.is_absolute() and path.exists()
    except (OSError, ValueError):  # no path at all
        return False


def _pixels(data: object) -> Pixels | None:
    if not isinstance(data, QImage) or data.isNull():
        return None
    shown = data.convertToFormat(QImage.Format.Format_RGBA8888)
    lines = np.frombuffer(shown.constBits(), np.uint8).reshape(shown.height(), shown.bytesPerLine())
    pixels = lines[:, : 4 * shown.width()].reshape(shown.height(), shown.width(), 4).copy()
    pixels[pixels[..., 3] == 0] = 0
    return pixels
