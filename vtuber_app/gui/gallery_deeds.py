"""What the gallery page does with avatars, elsewhere and one after the other, so that the stream never waits."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from vtuber_app import avatar_settings, choices
from vtuber_app.avatars import keep
from vtuber_app.avatars.keep import About
from vtuber_app.core.errors import SettingsError, VtuberError
from vtuber_app.gui import gallery_work as work
from vtuber_app.gui.background import Runner, attempt
from vtuber_app.gui.controls import tr
from vtuber_app.gui.gallery_undo import Deleted
from vtuber_app.gui.live import Live
from vtuber_app.settings import AppSettings


class Deeds(QObject):
    """One thing is done at a time: `busy` while it is. The settings follow what happens to the avatar in use."""

    turned = Signal(bool)
    """Whether something is being done now."""
    said = Signal(str, str)
    """A sentence and its style."""
    there = Signal(str)
    """An avatar is there that was not, or is another than before."""
    gone = Signal(object)
    """What was `Deleted`."""
    back = Signal()
    """What was deleted is there again."""

    def __init__(self, live: Live, run: Runner, parent: QObject) -> None:
        super().__init__(parent)
        self.busy = False
        self.ending = False  # the window closes: settings are kept, but the session stays ended
        self._live = live
        self._run = run

    def duplicate(self, name: str) -> None:
        """Copy an avatar."""
        self._live.save()
        self._do(tr("Copying…"), partial(avatar_settings.duplicate, name), self.there.emit)

    def rename(self, name: str, new: str, about: About | None = None) -> None:
        """Call an avatar otherwise, and write down what is known of it."""
        used = work.using(self._live.settings) == name
        self._live.save()
        self._do(tr("Renaming…"), partial(work.renamed, name, new, about), partial(self._follow, used))

    def delete(self, name: str) -> None:
        """Put an avatar into the trash; where it is on the stream, one that ships takes its place."""
        before, instead = self._live.settings, None
        if self.busy:
            self._wait()
            return
        if work.using(before) == name:
            try:
                instead = work.instead(name)
            except SettingsError as error:
                self.said.emit(str(error), "fault")
                return
            if not self._live.put(choices.with_avatar(before, instead)):
                return  # told in the window
        undo = partial(self._choose, before.avatar) if instead else None
        deleted = Deleted(name, instead, before.animator)
        self._do(tr("Deleting…"), partial(keep.delete, name), lambda _: self.gone.emit(deleted), undo)

    def restore(self, deleted: Deleted) -> None:
        """Bring back what was deleted, onto the stream too if nothing else was chosen meanwhile."""

        def restored(name: str) -> None:
            self.back.emit()
            if deleted.instead is not None and self._live.settings.avatar == deleted.instead:
                self._choose(name)
            self.there.emit(name)

        self._do(tr("Bringing it back…"), partial(keep.restore, deleted.name), restored)

    def add(self, file: Path) -> None:
        """Unpack a zip into the gallery."""

        def added(got: tuple[str, str | None]) -> None:
            name, fault = got
            self.there.emit(name)
            if fault:
                self.said.emit(fault, "notice")

        self._do(tr("Unpacking {}…").format(file.name), partial(avatar_settings.add, file), added)

    def export(self, name: str, file: Path) -> None:
        """Pack an avatar into a zip."""

        def told(_: None) -> None:
            self.said.emit(tr("{} is packed in {}.").format(name, file), "muted")

        self._live.save()
        self._do(tr("Packing…"), partial(avatar_settings.export, name, file), told)

    def note(self, about: About, stay: bool = True) -> None:
        """Write down what is known of an avatar; `stay` if it is still the one that is looked at."""
        used = work.using(self._live.settings) == about.name

        def written(_: None) -> None:
            if used:
                self._change(avatar=about.name)  # a picture on its own is a folder now
            if stay:
                self.there.emit(about.name)
            self.said.emit(tr("Saved."), "muted")

        self._do(tr("Saving…"), partial(keep.note, about.name, about), written)

    def _follow(self, used: bool, name: str) -> None:
        if used:
            self._change(avatar=name)
        self.there.emit(name)

    def _choose(self, avatar: str) -> None:
        self._put(choices.with_avatar(self._live.settings, avatar, lambda fault: self.said.emit(fault, "notice")))

    def _change(self, **changes: str) -> None:
        self._put(self._live.settings.model_copy(update=changes))

    def _put(self, new: AppSettings) -> None:
        if self.ending:
            self._live.keep(new)
            self._live.save()
        else:
            self._live.put(new)

    def _do(
        self, doing: str, call: Callable[[], Any], then: Callable[[Any], None], undo: Callable[[], Any] | None = None
    ) -> None:
        """Call this elsewhere, then `then` with what it gives; what is wrong is said, after `undo`."""
        if self.busy:
            self._wait()
            return

        def ended(result: Any) -> None:
            self._turn(False)
            if isinstance(result, VtuberError):
                if undo:
                    undo()
                self.said.emit(str(result), "fault")
            else:
                self.said.emit("", "muted")
                then(result)

        self._turn(True)
        self.said.emit(doing, "muted")
        self._run(attempt(call), ended)

    def _wait(self) -> None:
        self.said.emit(tr("One thing at a time: wait for the other to end."), "notice")

    def _turn(self, busy: bool) -> None:
        self.busy = busy
        self.turned.emit(busy)
