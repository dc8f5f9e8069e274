"""A part's own settings, folded away until asked for."""

from collections.abc import Callable

from vtuber_app.core.settings import Settings
from vtuber_app.gui.controls import Fold, tr
from vtuber_app.gui.form import Form
from vtuber_app.gui.live import Live
from vtuber_app.settings import AppSettings, part_class


class Details(Fold):
    """The form of whichever part `kind` names in the settings; gone where that part has nothing to set.

    Args:
        hidden: Fields that have a better control elsewhere.
    """

    def __init__(
        self,
        live: Live,
        kind: Callable[[AppSettings], str],
        hidden: frozenset[str] = frozenset(),
        title: str = "",
    ) -> None:
        super().__init__(title or tr("Details"))
        self.live = live
        self.form: Form | None = None
        self._kind = kind
        self._hidden = hidden
        self._shown = ""

    def show_settings(self, settings: AppSettings) -> None:
        """Show the part's settings as they are now."""
        kind = self._kind(settings)
        model = settings.part(kind)
        if kind == self._shown:
            if self.form:
                self.form.put(model)
            return
        self._shown = kind
        part = part_class(kind)
        self.form = Form(model, part.hot if part else frozenset(), self._hidden)
        self.form.edited.connect(self._edited)
        self.put(self.form if self.form.fields else None)

    def offer(self, offered: bool) -> None:
        """Show the button, or hide it and what it opens."""
        self.button.setVisible(offered and self.content is not None)
        self.setVisible(offered and self.button.isChecked() and self.content is not None)

    def _edited(self, model: Settings) -> None:
        self.live.put(self.live.settings.with_part(model))
