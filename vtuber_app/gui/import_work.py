"""What the page of imports does elsewhere than on the window's thread."""

import logging
from collections.abc import Callable
from dataclasses import dataclass

from vtuber_app.avatars.autorig import importing
from vtuber_app.avatars.autorig.draft import Draft
from vtuber_app.avatars.autorig.find import Finder
from vtuber_app.avatars.autorig.found import Pixels
from vtuber_app.core.errors import VtuberError
from vtuber_app.gui.controls import tr
from vtuber_app.gui.import_loop import Scene
from vtuber_app.tools import bring
from vtuber_app.tools.bring import Made

log = logging.getLogger(__name__)

Edit = Callable[[Draft, Finder], Draft]


@dataclass(frozen=True, eq=False)
class Step:
    """What a draft became.

    Attributes:
        made: The draft, and the puppet where there can be one.
        scene: To show it; None where it stays flat.
        still: The picture as it is kept where it stays flat.
        name: What it might be called.
    """

    made: Made
    scene: Scene | None
    still: Pixels | None
    name: str


@dataclass(frozen=True, slots=True)
class Kept:
    """An avatar that is in the gallery now; `note` says what of its settings was left out."""

    name: str
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Fault:
    """Why it could not be done, in a sentence."""

    sentence: str


Outcome = Step | Kept | Fault


class Work:
    """The work on one page, one piece at a time."""

    def __init__(self) -> None:
        self._finder: Finder | None = None

    def open(self, source: str) -> Outcome:
        """Read a picture, and make what can be made of it; what is an avatar already is kept."""
        return _told(lambda: Kept(*bring.add(source)) if bring.is_avatar(source) else self._begun(*bring.read(source)))

    def begin(self, pixels: Pixels, name: str) -> Outcome:
        """The same for a picture that was read."""
        return _told(lambda: self._begun(pixels, name))

    def edit(self, draft: Draft, edits: list[Edit], name: str) -> Outcome:
        """Correct a draft, and make it anew."""

        def work() -> Step:
            corrected = draft
            for edit in edits:
                corrected = edit(corrected, self._find())
            return _step(corrected, name)

        return _told(work)

    def keep(self, made: Made, name: str) -> Outcome:
        """Put it into the gallery."""
        return _told(lambda: Kept(bring.keep_it(made, name)))

    def _begun(self, pixels: Pixels, name: str) -> Step:
        return _step(bring.begin(pixels, self._find()), bring.good_name(name))

    def _find(self) -> Finder:
        self._finder = self._finder or Finder()
        return self._finder


def _step(draft: Draft, name: str) -> Step:
    made = bring.make(draft, name)
    if made.puppet:
        return Step(made, Scene.of(made.puppet), None, name)
    return Step(made, None, importing.flat(draft), name)


def _told(work: Callable[[], Outcome]) -> Outcome:
    """What became of it; a fault is an outcome too, since `Background.run` brings only those back."""
    try:
        return work()
    except VtuberError as error:
        return Fault(str(error))
    except MemoryError:
        return Fault(tr("There is not enough memory for this picture. Close other programs, or make it smaller."))
    except Exception as error:
        log.exception("An import failed.")
        return Fault(tr("Something went wrong with this picture: {}. Please report it.").format(repr(error)))
