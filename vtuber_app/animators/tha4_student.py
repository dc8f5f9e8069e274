"""Talking Head Anime 4's students: small networks trained for one character."""

from pathlib import Path
from typing import TYPE_CHECKING, Literal, Self

from pydantic import Field

from vtuber_app.animators.tha import HOT, Latest, ThaSettings, pose45
from vtuber_app.core import weights
from vtuber_app.core.device import torch_device
from vtuber_app.core.errors import SettingsError, WeightsError
from vtuber_app.core.parts import Animator
from vtuber_app.core.types import Avatar, Driving, Frame

if TYPE_CHECKING:
    from torch import Tensor

PICTURE = "character.png"
NETWORKS = ("face_morpher", "body_morpher")
SIZE = 512
LICENCE = "CC BY-NC 4.0"


class Tha4StudentSettings(ThaSettings):
    """Which character, how it shows what its performer does, and where its networks run."""

    kind: Literal["tha4_student"] = "tha4_student"
    character: Path | None = Field(
        None,
        title="Character's folder",
        description="With character.png, face_morpher.pt and body_morpher.pt. Empty: that of the avatar's picture.",
    )


class Tha4Student(Animator[Tha4StudentSettings]):
    """Moves a character for which a student of Talking Head Anime 4 was trained."""

    title = "Talking Head Anime 4, student"
    requires = ("torch",)
    hot = HOT

    def __enter__(self) -> Self:
        self._device = torch_device(self.settings.device)
        return self

    def __exit__(self, *exc: object) -> None:
        for loaded in ("_poser", "_image", "_face"):
            self.__dict__.pop(loaded, None)

    def set_avatar(self, avatar: Avatar) -> None:
        import torch

        from vtuber_app.avatars import pictures
        from vtuber_app.nets import tha4_student
        from vtuber_app.nets.tha_picture import network_input

        folder = self.settings.character or folder_of(avatar)
        if missing := [
            file for file in (PICTURE, *(f"{name}.pt" for name in NETWORKS)) if not (folder / file).is_file()
        ]:
            raise WeightsError(
                f"No student was trained for {avatar.name}: {', '.join(missing)} not found in {folder}. Choose a "
                f"character's folder in this animator's settings, or its {PICTURE} as avatar."
            )
        picture = pictures.read(folder / PICTURE)
        if picture.shape[:2] != (SIZE, SIZE):
            raise SettingsError(
                f"{folder / PICTURE} is {picture.shape[1]}x{picture.shape[0]}; a student's picture is {SIZE}x{SIZE}."
            )
        with torch.device("meta"):
            poser = tha4_student.Poser()
        for name in NETWORKS:
            weights.load_into(poser.get_submodule(name), folder / f"{name}.pt")
        self._poser = poser.float().eval().to(self._device)
        self._image = network_input(picture, "premultiplied").to(self._device)
        self._face: Latest[Tensor] = Latest()

    def render(self, driving: Driving) -> Frame:
        import torch

        from vtuber_app.nets import tha4_student, tha_picture

        pose = pose45(driving, self.settings)
        with torch.inference_mode():
            values = torch.from_numpy(pose)[None].to(self._device)
            face = values[:, : tha4_student.FACE_POSE]
            full = self._face(pose[: tha4_student.FACE_POSE], lambda: self._poser.move_face(self._image, face))
            moved: tha4_student.Moved = self._poser.body_morpher(full, values)
            pixels = tha_picture.pixels(moved.blended_image, premultiplied=True)
        pixels.setflags(write=False)
        return Frame(pixels, driving.time)

    @property
    def notice(self) -> str | None:
        return f"Students of Talking Head Anime 4 are for non-commercial use only ({LICENCE})."


def folder_of(avatar: Avatar) -> Path:
    """Where a student for that avatar would be."""
    return avatar.path if avatar.path.is_dir() else avatar.path.parent
