"""The look: readable in every pair of colours that meet, no icon missing, one grid."""

import re

import pytest
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication

from vtuber_app.core import paths
from vtuber_app.gui import style
from vtuber_app.gui.style import DARK

SURFACES = ("window", "card", "raised", "hover")


def luminance(colour: str) -> float:
    channels = QColor(colour).getRgbF()[:3]
    parts = (value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels)
    return float(sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), parts, strict=True)))


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_the_measure_is_right() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize(
    ("ink", "paper"),
    [
        *[(ink, paper) for ink in ("text", "muted") for paper in SURFACES],
        *[(ink, paper) for ink in ("good", "warn", "bad", "accent") for paper in ("window", "card")],
        ("text", "bad_soft"),
        ("text", "warn_soft"),
        ("text", "accent_soft"),
        ("bad", "bad_soft"),
        ("on_primary", "primary"),
        ("on_primary", "primary_hover"),
        ("disabled", "card"),
    ],
)
def test_text_stands_out(ink: str, paper: str) -> None:
    assert contrast(getattr(DARK, ink), getattr(DARK, paper)) >= 4.5


def test_every_icon_draws_something(qapp: QApplication) -> None:
    icons = sorted((paths.assets() / "gui" / "icons").glob("*.svg"))
    assert icons
    for path in icons:
        picture = style.drawn(path.stem, "#ffffff", 24, 2).toImage().convertToFormat(QImage.Format.Format_Alpha8)
        assert picture.width() == 48
        assert max(bytes(picture.constBits())) > 200, path.stem


def test_the_style_sheet_names_only_colours_of_the_palette() -> None:
    sheet = (paths.assets() / "gui" / "style.qss").read_text(encoding="utf-8")
    assert set(re.findall(r"\$(\w+)", sheet)) <= set(DARK.__dataclass_fields__)
    assert not re.findall(r"#[0-9a-fA-F]{6}", sheet), "colours belong in the palette"
