"""Talking Head Anime 4's students: small networks trained for one character."""

import hashlib
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from vtuber_app.animators.tha import TalkingHead, ThaSettings, pose45, sample
from vtuber_app.avatars.square import square
from vtuber_app.core.errors import WeightsError
from vtuber_app.core.types import Avatar, Driving, Pose
from vtuber_app.runtime.plan import Arrays, Plan, Step

if TYPE_CHECKING:
    from vtuber_app.nets import tha4_student
    from vtuber_app.nets.tha_steps import Modules


class Tha4StudentSettings(ThaSettings):
    """Which character, how it shows what its performer does, and where its networks run."""

    kind: Literal["tha4_student"] = "tha4_student"
    character: Path | None = Field(
        None,
        title="Character's folder",
        description="With character.png, face_morpher.pt and body_morpher.pt. Empty: that of the avatar's picture.",
    )


class Tha4Student(TalkingHead[Tha4StudentSettings]):
    """Moves a character for which a student was trained."""

    title = "Talking Head Anime 4, student"
    networks = ("face_morpher", "body_morpher")
    order = (
        Step("picture", ("picture",), ("image",)),
        Step("face", ("image",), ("full",), slice(0, 39)),
        Step("head", ("full",), ("pixels", "total"), slice(0, 45)),
    )
    licence = "Students of Talking Head Anime 4 are for non-commercial use only (CC BY-NC 4.0)."

    def fitted(self, avatar: Avatar) -> Avatar:
        from vtuber_app.avatars import pictures
        from vtuber_app.avatars.gallery import CHARACTER, NETWORKS

        folder = self.settings.character or _folder_of(avatar)
        if missing := [file for file in (CHARACTER, *NETWORKS) if not (folder / file).is_file()]:
            raise WeightsError(
                f"No student was trained for {avatar.name}: {', '.join(missing)} not found in {folder}. Choose a "
                f"character's folder in this animator's settings, or its {CHARACTER} as avatar."
            )
        return Avatar(avatar.name, pictures.read(folder / CHARACTER), folder)

    def plan(self, avatar: Avatar) -> Plan:
        name = f"{self.card}-{hashlib.sha256(bytes(avatar.path.resolve())).hexdigest()[:12]}"
        return self.planned(name, avatar.path, partial(self._sample, avatar))

    def poser(self) -> "tha4_student.Poser":
        from vtuber_app.nets import tha4_student

        return tha4_student.Poser()

    def modules(self, poser: "tha4_student.Poser") -> "Modules":
        from vtuber_app.nets import tha_steps

        return tha_steps.steps_student(poser)

    def pose(self, driving: Driving) -> Pose:
        return pose45(driving, self.settings)

    def _sample(self, avatar: Avatar) -> Arrays:
        """Its own picture: it knows no other."""
        return {**sample(self.size, self.length), "picture": square(avatar.pixels, self.size)}


def _folder_of(avatar: Avatar) -> Path:
    """Where a student for that avatar would be."""
    return avatar.path if avatar.path.is_dir() else avatar.path.parent
