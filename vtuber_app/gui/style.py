"""How the window looks: one palette, one style sheet, icons in the palette's colours."""

from dataclasses import asdict, dataclass
from functools import cache
from string import Template

from PySide6.QtCore import QByteArray, QDir, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication

from vtuber_app.core import paths

GRID = 8
"""Every distance in the window is a multiple of this, or half of it, logical px."""
ICON = 20


@dataclass(frozen=True)
class Palette:
    """The colours of a theme, as the style sheet names them."""

    stage: str
    window: str
    card: str
    raised: str
    hover: str
    line: str
    edge: str
    text: str
    muted: str
    disabled: str
    accent: str
    accent_soft: str
    primary: str
    primary_hover: str
    on_primary: str
    good: str
    warn: str
    warn_soft: str
    bad: str
    bad_soft: str


DARK = Palette(
    stage="#0e1016",
    window="#14161f",
    card="#1c202b",
    raised="#282d3c",
    hover="#333a4d",
    line="#262b39",
    edge="#3d455b",
    text="#eef0f8",
    muted="#a8afc6",
    disabled="#838aa3",
    accent="#aa9cff",
    accent_soft="#2d2a4a",
    primary="#6a57e0",
    primary_hover="#705ee6",
    on_primary="#ffffff",
    good="#5fd6a2",
    warn="#f3c26b",
    warn_soft="#3a3122",
    bad="#ff9494",
    bad_soft="#40242c",
)


def install(app: QApplication, palette: Palette = DARK) -> None:
    """Give the whole program this look."""
    folder = paths.assets() / "gui"
    QDir.setSearchPaths("icons", [str(folder / "icons")])
    app.setStyle("Fusion")
    app.setPalette(_qt(palette))
    sheet = Template((folder / "style.qss").read_text(encoding="utf-8"))
    app.setStyleSheet(sheet.substitute(asdict(palette)))
    app.setWindowIcon(QIcon("icons:vtuber-app.svg"))


@cache
def icon(name: str, on: str = DARK.on_primary) -> QIcon:
    """The icon of that name: quiet at rest, in the colour `on` where it is checked, dim where disabled."""
    result = QIcon()
    for colour, mode, state in (
        (DARK.text, QIcon.Mode.Normal, QIcon.State.Off),
        (on, QIcon.Mode.Normal, QIcon.State.On),
        (on, QIcon.Mode.Selected, QIcon.State.Off),
        (DARK.disabled, QIcon.Mode.Disabled, QIcon.State.Off),
    ):
        for scale in (1, 2, 3):
            result.addPixmap(drawn(name, colour, ICON, scale), mode, state)
    return result


def drawn(name: str, colour: str, size: int = ICON, scale: float = 1) -> QPixmap:
    """The icon of that name in one colour, `size` logical px wide on a screen of that scale."""
    svg = (paths.assets() / "gui" / "icons" / f"{name}.svg").read_text(encoding="utf-8")
    pixmap = QPixmap(QSize(round(size * scale), round(size * scale)))
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    QSvgRenderer(QByteArray(svg.replace("currentColor", colour).encode())).render(painter, QRectF(pixmap.rect()))
    painter.end()
    pixmap.setDevicePixelRatio(scale)
    return pixmap


def _qt(palette: Palette) -> QPalette:
    """The same colours for what Qt or we paint without the style sheet."""
    role = QPalette.ColorRole
    result = QPalette()
    for where, colour in {
        role.Window: palette.window,
        role.WindowText: palette.text,
        role.Base: palette.raised,
        role.AlternateBase: palette.card,
        role.ToolTipBase: palette.hover,
        role.ToolTipText: palette.text,
        role.PlaceholderText: palette.muted,
        role.Text: palette.text,
        role.Button: palette.raised,
        role.ButtonText: palette.text,
        role.BrightText: palette.on_primary,
        role.Light: palette.hover,
        role.Midlight: palette.edge,
        role.Mid: palette.line,
        role.Dark: palette.stage,
        role.Highlight: palette.primary,
        role.HighlightedText: palette.on_primary,
        role.Link: palette.accent,
    }.items():
        result.setColor(where, QColor(colour))
    for where in (role.WindowText, role.Text, role.ButtonText):
        result.setColor(QPalette.ColorGroup.Disabled, where, QColor(palette.disabled))
    return result
