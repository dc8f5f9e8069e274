"""Talking Head Anime 3: any picture that is framed as it wants moves, with head, face and body."""

from typing import TYPE_CHECKING, Literal, Self

from pydantic import Field

from vtuber_app.animators.tha import HOT, Latest, ThaSettings, pose45
from vtuber_app.core import paths, weights
from vtuber_app.core.device import torch_device
from vtuber_app.core.errors import WeightsError
from vtuber_app.core.parts import Animator
from vtuber_app.core.types import Avatar, Driving, Frame

if TYPE_CHECKING:
    from torch import Tensor

    from vtuber_app.nets.tha3 import Poser

SIZE = 512
NETWORKS = ("eyebrow_decomposer", "eyebrow_morphing_combiner", "face_morpher", "two_algo_face_body_rotator", "editor")
SOURCE = "https://www.dropbox.com/s/y7b8jl4n2euv8xe/talking-head-anime-3-models.zip?dl=1"
LICENCE = "CC BY 4.0, Pramook Khungurn"

Variant = Literal["separable_float", "separable_half", "standard_float", "standard_half"]


class Tha3Settings(ThaSettings):
    """Which of the published networks, how the avatar shows what its performer does, and where they run."""

    kind: Literal["tha3"] = "tha3"
    variant: Variant = Field(
        "separable_float",
        title="Networks",
        description="separable: small and fast. standard: finer, three times slower. half: half the size on disk.",
    )


class Tha3(Animator[Tha3Settings]):
    """Moves a picture by the networks of Talking Head Anime 3."""

    title = "Talking Head Anime 3"
    requires = ("torch",)
    hot = HOT

    def __enter__(self) -> Self:
        self._device = torch_device(self.settings.device)
        self._poser = load(self.settings.variant).float().eval().to(self._device)
        return self

    def __exit__(self, *exc: object) -> None:
        for loaded in ("_poser", "_image", "_layers", "_encoded", "_head", "_full"):
            self.__dict__.pop(loaded, None)

    def set_avatar(self, avatar: Avatar) -> None:
        import torch

        from vtuber_app.nets import tha_picture

        with torch.inference_mode():
            picture = tha_picture.square(avatar.pixels, SIZE)
            self._image = tha_picture.network_input(picture, "cleared").to(self._device)
            self._layers = self._poser.decompose(self._image)
            layers = self._layers
            self._encoded = self._poser.eyebrow_morphing_combiner.encode(layers.background_layer, layers.eyebrow_layer)
        self._head: Latest[tuple[Tensor, Tensor]] = Latest()
        self._full: Latest[tuple[Tensor, Tensor]] = Latest()

    def render(self, driving: Driving) -> Frame:
        import torch

        from vtuber_app.nets import tha3, tha_picture

        pose = pose45(driving, self.settings)
        with torch.inference_mode():
            values = torch.from_numpy(pose)[None].to(self._device)
            head, encoded = self._head(pose[tha3.EYEBROWS], lambda: self._move_brows(values[:, tha3.EYEBROWS]))
            still = pose[: tha3.ROTATION.start]
            full, half = self._full(still, lambda: self._move_face(head, encoded, values[:, tha3.FACE]))
            edited, _ = self._poser.rotate(full, half, values[:, tha3.ROTATION])
            pixels = tha_picture.pixels(edited.color_changed_image)
        pixels.setflags(write=False)
        return Frame(pixels, driving.time)

    def _move_brows(self, pose: "Tensor") -> "tuple[Tensor, Tensor]":
        """The head with moved brows, and what the face morpher makes of it before it looks at its pose."""
        combiner, layers = self._poser.eyebrow_morphing_combiner, self._layers
        moved = combiner.decode(self._encoded, layers.background_layer, layers.eyebrow_layer, pose)
        head = self._poser.crop(self._image, moved.eyebrow_image_no_combine_alpha)
        return head, self._poser.face_morpher.encode(head)

    def _move_face(self, head: "Tensor", encoded: "Tensor", pose: "Tensor") -> "tuple[Tensor, Tensor]":
        """The picture with the face moved, and the same at half size."""
        from vtuber_app.nets.tha3 import halved

        morpher = self._poser.face_morpher
        full = self._poser.paste(self._image, morpher.paint(head, morpher.decode(encoded, pose)).output_image)
        return full, halved(full)


def load(variant: Variant) -> "Poser":
    """The networks with their published parameters, from a models folder; WeightsError if they aren't there."""
    import torch

    from vtuber_app.nets.tha3 import Poser

    places = [folder / "tha3" / variant for folder in paths.model_folders()]
    folder = next((place for place in places if (place / f"{NETWORKS[0]}.pt").is_file()), None)
    if folder is None:
        raise WeightsError(
            f"Talking Head Anime 3's networks are not installed. Download {SOURCE} ({LICENCE}) and unpack it so that "
            f"the folder {variant} with its five .pt files is {places[-1]}."
        )
    with torch.device("meta"):
        poser = Poser(separable=variant.startswith("separable"))
    for name in NETWORKS:
        weights.load_into(poser.get_submodule(name), folder / f"{name}.pt")
    return poser
