"""The three networks of THA2, 3 and 4 that move a face's features: decompose brows, move them, move eyes and mouth.

Source: Khungurn, Talking Head Anime from a Single Image 2: More Expressive, 2021.
"""

from typing import NamedTuple

import torch
from torch import Tensor, nn

from vtuber_app.nets.tha_blocks import (
    Residual,
    alpha_head,
    applied,
    blend,
    blend_colour,
    block,
    colour_head,
    conv,
    grid_head,
    laid,
    planes,
    transposed,
    warp,
)

CHANNELS = 64
"""Of the features from which pictures are made."""
BROWS, FEATURES = 12, 27
"""How many values of a pose move the brows, and the eyes and mouth."""


class EyebrowLayers(NamedTuple):
    """A face taken apart, pictures (B, 4, 128, 128) and masks (B, 1, 128, 128)."""

    eyebrow_layer: Tensor
    eyebrow_layer_alpha: Tensor
    eyebrow_layer_color_change: Tensor
    background_layer: Tensor
    background_layer_alpha: Tensor
    background_layer_color_change: Tensor


class EyebrowsMoved(NamedTuple):
    """A face with other brows, pictures (B, 4, 128, 128), masks (B, 1, 128, 128) and a grid (B, 2, 128, 128).

    The posers go on with `eyebrow_image_no_combine_alpha`.
    """

    eyebrow_image: Tensor
    combine_alpha: Tensor
    eyebrow_image_no_combine_alpha: Tensor
    morphed_eyebrow_layer: Tensor
    morphed_eyebrow_layer_alpha: Tensor
    morphed_eyebrow_layer_color_change: Tensor
    warped_eyebrow_layer: Tensor
    morphed_eyebrow_layer_grid_change: Tensor


class FaceMoved(NamedTuple):
    """A face with other eyes and mouth, pictures (B, 4, 192, 192), masks (B, 1, 192, 192), a grid (B, 2, 192, 192)."""

    output_image: Tensor
    eye_alpha: Tensor
    eye_color_change: Tensor
    iris_mouth_image_1: Tensor
    iris_mouth_alpha: Tensor
    iris_mouth_color_change: Tensor
    iris_mouth_image_0: Tensor
    iris_mouth_grid_change: Tensor


class EncoderDecoder(nn.Module):
    """A picture to features of its size; the pose joins at an eighth of it.

    Args:
        inputs: Channels of the picture.
        pose: Length of the pose, 0 for none.
        separable: Depthwise-separable convolutions, as THA3's small variants have.
    """

    def __init__(self, inputs: int, pose: int, separable: bool = False) -> None:
        super().__init__()
        down = [block(conv(inputs, CHANNELS, 3, separable=separable), CHANNELS)]
        for channels in (64, 128, 256):
            down.append(block(conv(channels, 2 * channels, 4, 2, separable), 2 * channels))
        self.downsample_blocks = nn.ModuleList(down)
        first = block(conv(512 + pose, 512, 3, separable=separable), 512)
        self.bottleneck_blocks = nn.ModuleList([first, *(Residual(512, separable=separable) for _ in range(5))])
        self.upsample_blocks = nn.ModuleList(
            block(transposed(channels, channels // 2, separable), channels // 2) for channels in (512, 256, 128)
        )

    def encode(self, image: Tensor) -> Tensor:
        """What doesn't depend on the pose: (B, inputs, H, W) to (B, 512, H/8, W/8)."""
        for down in self.downsample_blocks:
            image = down(image)
        return image

    def decode(self, feature: Tensor, pose: Tensor | None = None) -> Tensor:
        """The rest: (B, 512, H/8, W/8) and (B, P) to (B, 64, H, W)."""
        if pose is not None:
            feature = torch.cat([feature, planes(pose, feature)], dim=1)
        for middle in self.bottleneck_blocks:
            feature = middle(feature)
        for up in self.upsample_blocks:
            feature = up(feature)
        return feature

    def features(self, image: Tensor, pose: Tensor | None = None) -> Tensor:
        """Both."""
        return self.decode(self.encode(image), pose)


class EyebrowDecomposer(nn.Module):
    """Takes a face apart into its brows and the face without them."""

    def __init__(self, separable: bool = False) -> None:
        super().__init__()
        self.body = EncoderDecoder(4, 0, separable)
        self.background_layer_alpha = alpha_head(CHANNELS)
        self.background_layer_color_change = colour_head(CHANNELS)
        self.eyebrow_layer_alpha = alpha_head(CHANNELS)
        self.eyebrow_layer_color_change = colour_head(CHANNELS)

    def forward(self, image: Tensor) -> EyebrowLayers:
        feature = self.body.features(image)  # (B, 64, 128, 128)
        background_alpha, background_colour, eyebrow_alpha, eyebrow_colour = applied(
            feature,
            self.background_layer_alpha,
            self.background_layer_color_change,
            self.eyebrow_layer_alpha,
            self.eyebrow_layer_color_change,
        )
        return EyebrowLayers(
            blend(eyebrow_alpha, image, eyebrow_colour),  # here alpha keeps the image
            eyebrow_alpha,
            eyebrow_colour,
            blend(background_alpha, background_colour, image),
            background_alpha,
            background_colour,
        )


class EyebrowMorphingCombiner(nn.Module):
    """Moves the brows and lays them over the face without brows."""

    def __init__(self, separable: bool = False) -> None:
        super().__init__()
        self.body = EncoderDecoder(8, BROWS, separable)
        self.morphed_eyebrow_layer_grid_change = grid_head(CHANNELS)
        self.morphed_eyebrow_layer_alpha = alpha_head(CHANNELS)
        self.morphed_eyebrow_layer_color_change = colour_head(CHANNELS)
        self.combine_alpha = alpha_head(CHANNELS)

    def encode(self, background: Tensor, eyebrow: Tensor) -> Tensor:
        """What a picture needs once, (B, 512, 16, 16)."""
        return self.body.encode(torch.cat([background, eyebrow], dim=1))

    def decode(self, encoded: Tensor, background: Tensor, eyebrow: Tensor, pose: Tensor) -> EyebrowsMoved:
        """What each pose of the brows (B, 12) needs."""
        feature = self.body.decode(encoded, pose)  # (B, 64, 128, 128)
        grid_change, alpha, colour, combine_alpha = applied(
            feature,
            self.morphed_eyebrow_layer_grid_change,
            self.morphed_eyebrow_layer_alpha,
            self.morphed_eyebrow_layer_color_change,
            self.combine_alpha,
        )
        warped = warp(eyebrow, grid_change)
        layer = blend(alpha, colour, warped)
        return EyebrowsMoved(
            blend_colour(combine_alpha, layer, background),
            combine_alpha,
            blend_colour((layer[:, 3:] + 1) / 2, layer, background),
            layer,
            alpha,
            colour,
            warped,
            grid_change,
        )

    def forward(self, background: Tensor, eyebrow: Tensor, pose: Tensor) -> EyebrowsMoved:
        return self.decode(self.encode(background, eyebrow), background, eyebrow, pose)


class FaceHeads(nn.Module):
    """Makes the face from features: irises and mouth move and change colour, then the eyes change colour."""

    def __init__(self, *body: object) -> None:
        super().__init__(*body)
        self.iris_mouth_grid_change = grid_head(CHANNELS)
        self.iris_mouth_color_change = colour_head(CHANNELS)
        self.iris_mouth_alpha = alpha_head(CHANNELS)
        self.eye_color_change = colour_head(CHANNELS)
        self.eye_alpha = alpha_head(CHANNELS)

    def paint(self, image: Tensor, feature: Tensor) -> FaceMoved:
        """The face (B, 4, 192, 192) as its features (B, 64, 192, 192) say."""
        grid_change, mouth_colour, mouth_alpha, eye_colour, eye_alpha = applied(
            feature,
            self.iris_mouth_grid_change,
            self.iris_mouth_color_change,
            self.iris_mouth_alpha,
            self.eye_color_change,
            self.eye_alpha,
        )
        moved = warp(image, grid_change)
        coloured = blend(mouth_alpha, mouth_colour, moved)
        # Trained so: what the eyes need must not change the mouth.
        face = blend(eye_alpha, eye_colour, coloured.detach())
        return FaceMoved(face, eye_alpha, eye_colour, coloured, mouth_alpha, mouth_colour, moved, grid_change)


class FaceMorpher(FaceHeads, EncoderDecoder):
    """Moves eyes and mouth; the standard networks publish their body's parameters without a name before them."""

    def __init__(self) -> None:
        super().__init__(4, FEATURES)

    def forward(self, image: Tensor, pose: Tensor) -> FaceMoved:
        return self.paint(image, self.features(image, pose))


class SeparableFaceMorpher(FaceHeads):
    """Moves eyes and mouth; THA3's small variants."""

    def __init__(self) -> None:
        super().__init__()
        self.body = EncoderDecoder(4, FEATURES, separable=True)

    def encode(self, image: Tensor) -> Tensor:
        """As the body's."""
        return self.body.encode(image)

    def decode(self, feature: Tensor, pose: Tensor) -> Tensor:
        """As the body's."""
        return self.body.decode(feature, pose)

    def forward(self, image: Tensor, pose: Tensor) -> FaceMoved:
        return self.paint(image, self.body.features(image, pose))


class FacePoser(nn.Module):
    """The three together: what THA2, 3 and 4 do before they turn the head.

    Attributes:
        left: The column where the middle 128 pixels of a head begin in the whole picture; its row is 64.
    """

    left: int
    face_morpher: FaceMorpher | SeparableFaceMorpher

    def __init__(self, separable: bool = False) -> None:
        super().__init__()
        self.eyebrow_decomposer = EyebrowDecomposer(separable)
        self.eyebrow_morphing_combiner = EyebrowMorphingCombiner(separable)
        self.face_morpher = SeparableFaceMorpher() if separable else FaceMorpher()

    def decompose(self, image: Tensor) -> EyebrowLayers:
        """Once for each picture: the brows and what is behind them."""
        layers: EyebrowLayers = self.eyebrow_decomposer(image[:, :, 64:192, self.left : self.left + 128])
        return layers

    def move_eyebrows(self, layers: EyebrowLayers, pose: Tensor) -> Tensor:
        """Once for each pose of the brows (B, 12): the middle of the head (B, 4, 128, 128)."""
        moved: EyebrowsMoved = self.eyebrow_morphing_combiner(layers.background_layer, layers.eyebrow_layer, pose)
        return moved.eyebrow_image_no_combine_alpha

    def move_face(self, image: Tensor, eyebrows: Tensor, pose: Tensor) -> Tensor:
        """Once for each pose of eyes and mouth (B, 27): the head (B, 4, 192, 192)."""
        moved: FaceMoved = self.face_morpher(self.crop(image, eyebrows), pose)
        return moved.output_image

    def crop(self, image: Tensor, eyebrows: Tensor) -> Tensor:
        """The head (B, 4, 192, 192) with those brows."""
        return laid(image[:, :, 32:224, self.left - 32 : self.left + 160], eyebrows, 32, 32)

    def paste(self, image: Tensor, face: Tensor) -> Tensor:
        """The picture with that head."""
        return laid(image, face, 32, self.left - 32)
