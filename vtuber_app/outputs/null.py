"""Pictures go nowhere: for measurements, tests and a window without outputs."""

from typing import Literal

from vtuber_app.core.parts import Output
from vtuber_app.core.settings import Settings
from vtuber_app.core.types import Frame


class NullSettings(Settings):
    """Nothing to set."""

    kind: Literal["null"] = "null"


class Null(Output[NullSettings]):
    """Takes every picture and forgets it."""

    title = "Nothing"

    def send(self, picture: Frame) -> None:
        pass
