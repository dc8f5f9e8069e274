"""Talking Head Anime cut into steps, from bytes to bytes, each of which depends on a part of the pose.

A step whose part of the pose did not change need not be done again: what a picture needs is done once, then what each
pose of the brows needs, each pose of eyes and mouth, each pose of the head. `animators` say in which order.
"""

from collections.abc import Callable

from torch import Tensor, nn

from vtuber_app.nets import tha1, tha2, tha3, tha4, tha4_student
from vtuber_app.nets.tha_face import FacePoser
from vtuber_app.nets.tha_picture import Alpha, light, shown

Modules = dict[str, nn.Module]
"""Steps by name."""
Moves = Callable[[Tensor, Tensor], Tensor]
"""What a poser makes of a picture (1, 4, S, S) and a pose (1, P): such a picture."""


class Of(nn.Module):
    """A step of a poser, whose parameters are the step's."""

    def __init__(self, poser: nn.Module) -> None:
        super().__init__()
        self.poser = poser

    def taken(self, picture: Tensor, alpha: Alpha) -> Tensor:
        """A picture (S, S, 4), uint8, sRGB, straight alpha, as the networks take it, in their precision."""
        return light(picture, alpha).to(next(self.poser.parameters()).dtype)


class Picture(Of):
    """The picture as the networks take it, (1, 4, S, S)."""

    def __init__(self, poser: nn.Module, alpha: Alpha) -> None:
        super().__init__(poser)
        self.alpha: Alpha = alpha

    def forward(self, picture: Tensor) -> Tensor:
        return self.taken(picture, self.alpha)


class FaceStep(Of):
    """A step of a poser whose face has brows."""

    poser: FacePoser

    def __init__(self, poser: FacePoser) -> None:
        super().__init__(poser)


class Layers(FaceStep):
    """The picture as the networks take it, the face without brows, the brows, and the beginning of moving them."""

    def __init__(self, poser: FacePoser, alpha: Alpha) -> None:
        super().__init__(poser)
        self.alpha: Alpha = alpha

    def forward(self, picture: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        image = self.taken(picture, self.alpha)
        layers = self.poser.decompose(image)
        encoded = self.poser.eyebrow_morphing_combiner.encode(layers.background_layer, layers.eyebrow_layer)
        return image, layers.background_layer, layers.eyebrow_layer, encoded


class Brows(FaceStep):
    """The head with its brows in a pose (1, 12), and the beginning of moving eyes and mouth."""

    def forward(
        self, image: Tensor, background: Tensor, eyebrow: Tensor, encoded: Tensor, pose: Tensor
    ) -> tuple[Tensor, Tensor]:
        moved = self.poser.eyebrow_morphing_combiner.decode(encoded, background, eyebrow, pose)
        head = self.poser.crop(image, moved.eyebrow_image_no_combine_alpha)
        return head, self.poser.face_morpher.encode(head)


class Face(FaceStep):
    """The picture with its eyes and mouth in a pose (1, 27)."""

    def forward(self, image: Tensor, head: Tensor, encoded: Tensor, pose: Tensor) -> Tensor:
        morpher = self.poser.face_morpher
        return self.poser.paste(image, morpher.paint(head, morpher.decode(encoded, pose)).output_image)


class Moved(Of):
    """The picture, moved in some way."""

    def __init__(self, poser: nn.Module, moves: Moves) -> None:
        super().__init__(poser)
        self.moves = moves

    def forward(self, image: Tensor, pose: Tensor) -> Tensor:
        return self.moves(image, pose)


class Shown(Of):
    """The picture moved for the last time, (S, S, 4), uint8, sRGB, straight alpha; and a sum that tells broken ones."""

    def __init__(self, poser: nn.Module, moves: Moves, premultiplied: bool = False) -> None:
        super().__init__(poser)
        self.moves = moves
        self.premultiplied = premultiplied

    def forward(self, image: Tensor, pose: Tensor) -> tuple[Tensor, Tensor]:
        output = self.moves(image, pose).float()
        return shown(output, self.premultiplied), output.sum()


def steps_tha1(poser: tha1.Poser) -> Modules:
    """Of THA1."""
    return {
        "picture": Picture(poser, "kept"),
        "face": Moved(poser, poser.morph),
        "head": Shown(poser, lambda image, pose: poser.rotate(image, pose)[0].final_image),
    }


def steps_tha2(poser: tha2.Poser) -> Modules:
    """Of THA2."""
    turned = Shown(poser, lambda image, pose: poser.rotate(image, pose)[0].final_image)
    return {"picture": Layers(poser, "cleared"), "brows": Brows(poser), "face": Face(poser), "head": turned}


def steps_tha3(poser: tha3.Poser) -> Modules:
    """Of THA3."""
    turned = Shown(poser, lambda image, pose: poser.rotate(image, tha3.halved(image), pose)[0].color_changed_image)
    return {"picture": Layers(poser, "cleared"), "brows": Brows(poser), "face": Face(poser), "head": turned}


def steps_tha4(poser: tha4.Poser) -> Modules:
    """Of THA4."""
    turned = Shown(poser, lambda image, pose: poser.rotate(image, tha3.halved(image), pose)[0].merged, True)
    return {"picture": Layers(poser, "premultiplied"), "brows": Brows(poser), "face": Face(poser), "head": turned}


def steps_student(poser: tha4_student.Poser) -> Modules:
    """Of a student of THA4."""

    def body(image: Tensor, pose: Tensor) -> Tensor:
        moved: tha4_student.Moved = poser.body_morpher(image, pose)
        return moved.blended_image

    return {
        "picture": Picture(poser, "premultiplied"),
        "face": Moved(poser, poser.move_face),
        "head": Shown(poser, body, True),
    }
