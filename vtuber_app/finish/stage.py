"""The stage between the animator and whoever shows its pictures."""

from pathlib import Path
from typing import Self

from vtuber_app.core.errors import SettingsError, VtuberError
from vtuber_app.core.parts import Part
from vtuber_app.core.types import Frame, Reader
from vtuber_app.finish import models
from vtuber_app.finish.between import Between
from vtuber_app.finish.enlarge import Enlarger
from vtuber_app.finish.models import Task
from vtuber_app.finish.onnx_picture import PictureModel
from vtuber_app.finish.settings import FinishSettings

WITHOUT: dict[Task, str] = {
    "upscale": "Lanczos enlarges the picture instead.",
    "interpolate": "There are no pictures in between.",
}
WRONG: dict[Task, str] = {
    "upscale": "makes the picture between two others; it enlarges none. Choose it for the pictures in between.",
    "interpolate": "enlarges pictures; it makes none in between. Choose it for enlarging.",
}


class Finish(Part[FinishSettings]):
    """A reader of pictures that are larger and more than those it reads, as the settings say.

    Args:
        pictures: Rendered ones.
        live: A model that can't be used is told of in `notice` while the pictures go on without it, evenly paced.
            Otherwise every picture comes as soon as it is read for, and the error is raised.
    """

    title = "Sharpness and smoothness"

    def __init__(self, settings: FinishSettings, pictures: Reader[Frame], live: bool = True) -> None:
        super().__init__(settings)
        self._rendered = pictures
        self._live = live
        self._unusable: list[str] = []

    def __enter__(self) -> Self:
        self._unusable = []
        upscaler = self.settings.upscaler if self.settings.scale != "as_rendered" else None
        self._enlarge = Enlarger(self.settings, self._opened("upscale", upscaler), self._live)
        interpolator = self._opened("interpolate", self.settings.interpolator)
        self._between = Between(self._rendered, interpolator, self._live)
        return self

    def __exit__(self, *exc: object) -> None:
        for held in ("_enlarge", "_between"):
            self.__dict__.pop(held, None)

    def read(self, timeout: float) -> Frame | None:
        """Give the next picture, or None if there is none within `timeout` s; StreamEnded after the last."""
        picture = self._between.read(timeout)
        return self._enlarge(picture) if picture else None

    @property
    def notice(self) -> str | None:
        stages = (self.__dict__.get("_enlarge"), self.__dict__.get("_between"))
        said = [*self._unusable, *(stage.notice for stage in stages if stage and stage.notice)]
        return " ".join(said) or None

    def _opened(self, task: Task, chosen: Path | None) -> PictureModel | None:
        """The model that is chosen for this task; None if there is none, or it can't be used."""
        if chosen is None:
            return None
        try:
            model = PictureModel(models.find(task, chosen))
            if model.task != task:
                raise SettingsError(f"{model.name} {WRONG[task]}")
        except VtuberError as error:
            if not self._live:
                raise
            self._unusable.append(f"{error} {WITHOUT[task]}")
            return None
        return model
