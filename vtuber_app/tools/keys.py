"""Does what keys ask for, on the thread of whoever owns the session."""

from collections.abc import Callable

from vtuber_app import actions
from vtuber_app.core import clock
from vtuber_app.core.keyboard.chosen import ExpressionKey
from vtuber_app.pose import wearing
from vtuber_app.pose.expressions import expressions
from vtuber_app.pose.filters import PoseSettings
from vtuber_app.settings import AppSettings


class KeyDesk:
    """Tell it which keys go down and up; call `tend` some ten times a second.

    Args:
        settings: Gives those in force.
        put: Puts others in force.
        ask: Asks the session for an action that is no setting.
    """

    def __init__(
        self,
        settings: Callable[[], AppSettings],
        put: Callable[[AppSettings], object],
        ask: Callable[[str], object],
    ) -> None:
        self._settings, self._put, self._ask = settings, put, ask
        self._held: dict[str, list[str]] = {}  # expressions by the key that is down for them
        self._until: dict[str, float] = {}  # moments by expression

    def press(self, key: str) -> bool:
        """A key goes down; False if it does nothing."""
        settings = self._settings()
        does = [name for name in actions.offered() if actions.key_of(name, settings.hotkeys) == key]
        for name in does:
            self.act(name)
        shown = actions.expression_keys(settings).of(key)
        for name, by in shown:
            self._show(name, by)
        return bool(does or shown)

    def release(self, key: str) -> None:
        """A key goes up."""
        for name in self._held.pop(key, ()):
            self._take_off(name)

    def release_all(self) -> None:
        """No key is heard any more."""
        for key in list(self._held):
            self.release(key)

    def act(self, name: str) -> None:
        """Do what `actions.ACTIONS` names."""
        if name in actions.ASKED:
            self._ask(name)
        else:
            self._put(actions.changed(name, self._settings()))

    def tend(self) -> None:
        """Take off what has been on for long enough."""
        for name, moment in list(self._until.items()):
            if clock.now() >= moment:
                self._take_off(name)

    def _show(self, name: str, by: ExpressionKey) -> None:
        known = {each.name: each for each in expressions.found()[0]}
        pose = self._settings().pose
        if name not in known:  # deleted since
            return
        if by.way == "toggle" and name in pose.worn:
            self._take_off(name)
            return
        if by.way == "hold":
            self._held.setdefault(by.key, []).append(name)
        elif by.way == "while":
            self._until[name] = clock.now() + by.seconds
        self._pose(wearing.put_on(pose, known[name]))

    def _take_off(self, name: str) -> None:
        self._until.pop(name, None)
        pose = self._settings().pose
        if name in pose.worn:
            self._pose(wearing.take_off(pose, name, {each.name: each for each in expressions.found()[0]}))

    def _pose(self, pose: PoseSettings) -> None:
        self._put(self._settings().model_copy(update={"pose": pose}))
