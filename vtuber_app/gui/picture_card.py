"""The card for what the preview looks like and how the motion is passed on."""

from pathlib import Path
from typing import Any

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QButtonGroup, QColorDialog, QFileDialog, QFrame, QHBoxLayout, QToolButton

from vtuber_app.gui.controls import Card, Fold, Switch, Words, named, row, tool, tr
from vtuber_app.gui.finish_fold import FinishFold
from vtuber_app.gui.form import Form
from vtuber_app.gui.live import Live
from vtuber_app.gui.style import GRID
from vtuber_app.settings import AppSettings, PreviewSettings


class PictureCard(Card):
    """Background of the preview, mirror, the camera's picture, smoothing, and the pictures' size and number."""

    def __init__(self, live: Live) -> None:
        super().__init__(tr("Picture and motion"))
        self.live = live
        self.backgrounds: dict[str, QToolButton] = {}
        strip = named(QFrame(), "segments")
        inside = QHBoxLayout(strip)
        inside.setContentsMargins(2, 2, 2, 2)
        inside.setSpacing(2)
        group = QButtonGroup(self, exclusive=True)
        names = {"checkerboard": tr("Checker"), "colour": tr("Colour…"), "picture": tr("Picture…")}
        for kind, name in names.items():
            button = tool(name, kind, checkable=True)
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
            button.setText(name)
            button.setSizePolicy(button.sizePolicy().Policy.Ignored, button.sizePolicy().Policy.Fixed)
            button.setAccessibleName(tr("Background of the preview: {}").format(name))
            button.clicked.connect(lambda _, kind=kind: self._choose_background(kind))
            group.addButton(button)
            inside.addWidget(button)
            self.backgrounds[kind] = button
        self.mirror = Switch(tr("Mirror"))
        self.mirror.toggled.connect(self.set_mirrored)
        self.camera = Switch(tr("Show the camera picture"))
        self.camera.toggled.connect(lambda on: live.change(show_camera=on))
        self.motion = Fold(tr("Details"))
        self.head.addWidget(self.motion.button)
        self.form = Form(live.settings.pose, frozenset(type(live.settings.pose).model_fields), frozenset({"mirrored"}))
        self.form.edited.connect(lambda pose: live.change(pose=pose))
        self.motion.put(self.form)
        self.body.addWidget(Words(tr("Behind the avatar, in this window only")))
        self.body.addWidget(strip)
        self.body.addSpacing(GRID // 2)
        self.body.addWidget(row(tr("Mirror the motion"), self.mirror, tr("Move like your image in a mirror (M)")))
        self.body.addWidget(
            row(tr("Show the camera picture"), self.camera, tr("Only in this window, never in an output (P)"))
        )
        self.body.addWidget(self.motion)
        self.finish = FinishFold(live)
        self.body.addWidget(self.finish.button, alignment=Qt.AlignmentFlag.AlignLeft)
        self.body.addWidget(self.finish)
        self.body.addWidget(self.finish.notice)

    def set_mirrored(self, on: bool) -> None:
        """Move the avatar like a mirror image, or like somebody else."""
        self.live.change(pose=self.live.settings.pose.model_copy(update={"mirrored": on}))

    def show_settings(self, settings: AppSettings) -> None:
        for switch, on in ((self.mirror, settings.pose.mirrored), (self.camera, settings.show_camera)):
            with QSignalBlocker(switch):
                switch.setChecked(on)
        self.backgrounds[settings.preview.background].setChecked(True)
        self.form.put(settings.pose)
        self.finish.show_settings(settings)

    def _choose_background(self, kind: str) -> None:
        preview = self.live.settings.preview
        changes: dict[str, Any] = {"background": kind}
        if kind == "colour":
            colour = QColorDialog.getColor(QColor(preview.background_colour), self.window(), tr("Background"))
            changes = changes | {"background_colour": colour.name()} if colour.isValid() else {}
        elif kind == "picture":
            about = tr("Pictures") + " (*.png *.jpg *.jpeg *.webp *.bmp)"
            chosen, _ = QFileDialog.getOpenFileName(self.window(), tr("Background"), "", about)
            changes = changes | {"background_picture": Path(chosen)} if chosen else {}
        self.live.change(preview=PreviewSettings.model_validate({**dict(preview), **changes}))
        self.show_settings(self.live.settings)
