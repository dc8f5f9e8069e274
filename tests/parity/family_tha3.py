"""Runs the cases of Talking Head Anime 3; those with published weights where these are installed."""

from functools import partial
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from vtuber_app.core import paths
from vtuber_app.core.weights import load_into, sha256
from vtuber_app.nets import tha3, tha_face
from vtuber_app.nets.tha_blocks import warp
from vtuber_app.nets.tha_picture import network_input
from vtuber_app.pose.tha import pose45

from . import tha
from .case import Case, Check, Skipped


def run(case: Case) -> list[Check]:
    """Compare one case."""
    separable = "separable" in case.name
    if case.kind == "end to end":
        return tha.whole(case, partial(tha3.Poser, separable), stages)
    if case.kind == "image conversion":
        return tha.conversion(case, "cleared", 512, truncated=True)
    if case.kind == "mocap":
        return tha.mocap(case, pose45)
    if case.kind == "real weights":
        return editor(case)
    return tha.network(case, partial(network, case.name.rpartition("/")[2], separable))


def network(name: str, separable: bool) -> nn.Module:
    """The network of that published name."""
    if name == "face_morpher":
        return tha_face.SeparableFaceMorpher() if separable else tha_face.FaceMorpher()
    kinds: dict[str, Any] = {
        "eyebrow_decomposer": tha_face.EyebrowDecomposer,
        "eyebrow_morphing_combiner": tha_face.EyebrowMorphingCombiner,
        "two_algo_face_body_rotator": tha3.TwoAlgoFaceBodyRotator,
        "editor": tha3.Editor,
    }
    net: nn.Module = kinds[name](separable)
    return net


def stages(poser: tha3.Poser, image: Tensor, pose: Tensor) -> dict[str, Tensor]:
    face = tha.face_stages(poser, image, pose)
    half = tha3.halved(face["full"])
    edited, rotated = poser.rotate(face["full"], half, pose[:, tha3.ROTATION])
    return {
        **face,
        "half": half,
        "final": edited.color_changed_image,
        "editor_grid_change": edited.grid_change,
        "rotator_warped": rotated.warped_image,
        "rotator_grid_change": rotated.grid_change,
    }


def editor(case: Case) -> list[Check]:
    """The published editor, with a real character at rest and turned."""
    wanted = case.manifest["modules"]["editor"]
    places = [folder / "tha3/separable_float/editor.pt" for folder in paths.model_folders()]
    for path in places:
        if path.is_file() and sha256(path) == wanted["sha256"]:
            break
    else:
        raise Skipped(f"needs the published {wanted['weights'].removeprefix('official ')} in the models folder")
    net = tha3.Editor(separable=True)
    load_into(net, path)
    inputs = case.inputs()
    character = tha.picture(case.file(case.manifest["image"].partition(",")[0]))
    image = network_input(character, "cleared")
    grids = {
        "pose_0": torch.zeros(1, 2, 512, 512),
        "pose_1": torch.from_numpy(inputs["grid_change_1"]),
    }
    outputs: dict[str, np.ndarray[Any, Any]] = {"image": image.numpy()}
    with torch.inference_mode():
        for name, grid in grids.items():
            edited = net(image, warp(image, grid), grid, torch.from_numpy(inputs[name]))
            outputs |= {f"{name}.{output}": value.numpy() for output, value in edited._asdict().items()}
    return case.compare(outputs)
