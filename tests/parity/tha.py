"""What the cases of Talking Head Anime 1 to 4 have in common."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from vtuber_app.avatars.square import square
from vtuber_app.core.types import BLENDSHAPES, FaceState
from vtuber_app.nets import tha_picture
from vtuber_app.pose import tha
from vtuber_app.pose.head import euler
from vtuber_app.trackers import ifacialmocap

from .case import Arrays, Case, Check

Stages = Callable[[Any, Tensor, Tensor], dict[str, Tensor]]
"""What a poser makes of picture and pose, step by step, by the recorded names."""

VOWELS = slice(26, 31)
VOWEL_TOLERANCE = 1e-2
"""The published programs look for vowels by a numeric search that ends about so near."""
VALUE_TOLERANCE = 2e-6
"""Values are recorded with 6 decimals."""
BYTE = 255


def filled(net: nn.Module, weights: Arrays) -> nn.Module:
    """The network, made on the device "meta", with those weights and no others."""
    state = {name: torch.from_numpy(value) for name, value in weights.items()}
    net.load_state_dict(state, strict=True, assign=True)
    return net.eval()


def tensors(arrays: Arrays) -> list[Tensor]:
    return [torch.from_numpy(array) for array in arrays.values()]


def arrays(outputs: dict[str, Tensor]) -> Arrays:
    return {name: value.numpy() for name, value in outputs.items()}


def network(case: Case, make: Callable[[], nn.Module]) -> list[Check]:
    """One network with the agreed weights and inputs; its outputs have the recorded names."""
    with torch.device("meta"):
        net = make()
    with torch.inference_mode():
        outputs = filled(net, case.weights())(*tensors(case.inputs()))
    recorded = [output["name"] for output in case.manifest["outputs"]]
    if isinstance(outputs, Tensor):
        return case.compare({recorded[0]: outputs.numpy()})
    named = outputs._asdict()
    return case.compare(arrays({name: named[name.removesuffix("_nchw")] for name in recorded}))


def whole(case: Case, make: Callable[[], nn.Module], stages: Stages) -> list[Check]:
    """A poser whose networks have the weights of their own cases."""
    with torch.device("meta"):
        poser = make()
    for module in case.manifest["modules"].values():
        part = case.sibling(module["case"])
        name = module["case"].rpartition("/")[2].removeprefix("student_")
        filled(poser.get_submodule(name), part.weights(case.manifest.get("scale")))
    inputs = case.inputs()
    image = torch.from_numpy(inputs.pop("image"))
    return case.compare(posed(poser, stages, image, inputs))


def posed(poser: nn.Module, stages: Stages, image: Tensor, poses: Arrays) -> Arrays:
    """Each stage of each pose, named pose.stage."""
    outputs = {}
    with torch.inference_mode():
        for name, pose in poses.items():
            for stage, value in stages(poser, image, torch.from_numpy(pose)).items():
                outputs[f"{name}.{stage}"] = value.numpy()
    return outputs


def face_stages(poser: Any, image: Tensor, pose: Tensor) -> dict[str, Tensor]:
    """Those that THA2, 3 and 4 share."""
    layers = poser.decompose(image)
    eyebrow = poser.move_eyebrows(layers, pose[:, :12])
    face = poser.move_face(image, eyebrow, pose[:, 12:39])
    return {
        "background_layer": layers.background_layer,
        "eyebrow": eyebrow,
        "face": face,
        "full": poser.paste(image, face),
    }


def picture(path: Path) -> NDArray[np.uint8]:
    """An RGBA picture as it is in its file."""
    import cv2

    decoded = cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
    assert decoded is not None
    return np.asarray(cv2.cvtColor(decoded, cv2.COLOR_BGRA2RGBA), np.uint8)


def conversion(case: Case, alpha: tha_picture.Alpha, size: int, truncated: bool) -> list[Check]:
    """Pictures to networks' inputs and back, as the published programs show them."""
    inputs = case.inputs()
    shown = tha_picture.colours(torch.from_numpy(inputs["tensor"]))
    colour, coverage = shown[:, :3], shown[:, 3:].clamp(0, 1)
    green = torch.tensor([0.0, 1.0, 0.0])[None, :, None, None]
    on_green = torch.cat([colour * coverage + (1 - coverage) * green, torch.ones_like(coverage)], dim=1)
    rounded = torch.cat([colour, coverage], dim=1).mul(BYTE).round()
    outputs = {
        "load": tha_picture.network_input(hwc(inputs["png"]), alpha),
        "display": rounded,
        "display_manual": rounded,
        "display_puppeteer": torch.cat([colour, coverage], dim=1).mul(BYTE).floor(),
        "display_green": on_green.mul(BYTE).floor() if truncated else on_green.mul(BYTE).round(),
    }
    if "big" in inputs:
        resized = square(hwc(inputs["big"]), size)
        outputs["resized"] = torch.from_numpy(resized).permute(2, 0, 1)[None]
        outputs["resized_load"] = tha_picture.network_input(resized, alpha)
    return case.compare(arrays(outputs))


def hwc(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return np.ascontiguousarray(image[0].transpose(1, 2, 0))


def mocap(case: Case, pose: Callable[[FaceState], tha.Pose]) -> list[Check]:
    """Faces to poses, and packets to faces."""
    if "packet_v1" in case.manifest:
        return packets(case)
    values, vowels = [0.0], [0.0]
    for entry in case.manifest["cases"]:
        difference = np.abs(pose(face(entry["input"])) - np.array(entry["expected"]))
        vowels.append(float(difference[VOWELS].max()))
        difference[VOWELS] = 0
        values.append(float(difference.max()))
    assert len(values) > 1
    return [Check("values", max(values), VALUE_TOLERANCE), Check("vowels", max(vowels), VOWEL_TOLERANCE)]


def face(entry: dict[str, Any]) -> FaceState:
    """A recorded face: blendshapes, and either three angles or a matrix."""
    shapes = entry.get("blendshapes", entry)
    blendshapes = np.array([shapes.get(name, 0) for name in BLENDSHAPES], np.float32)
    if "facial_transformation_matrix" in entry:
        angles = euler(np.array(entry["facial_transformation_matrix"])[:3, :3])
    else:
        angles = np.array([entry.get(f"headBone{axis}", 0.0) for axis in "XYZ"])
    return FaceState(blendshapes, angles.astype(np.float32))


def packets(case: Case) -> list[Check]:
    expected = face(case.manifest["expected"])
    checks = []
    for version in ("packet_v1", "packet_v2"):
        got = ifacialmocap.parse(case.manifest[version].encode())
        for name in ("blendshapes", "rotation"):
            difference = np.abs(getattr(got, name) - getattr(expected, name)).max()
            checks.append(Check(f"{version}.{name}", float(difference), VALUE_TOLERANCE))
    return checks
