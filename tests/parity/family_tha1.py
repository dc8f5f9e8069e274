"""Runs the cases of Talking Head Anime 1."""

from torch import Tensor

from vtuber_app.nets import tha1

from . import tha
from .case import Case, Check

NETWORKS = {
    "face_morpher": tha1.FaceMorpher,
    "two_algo_face_rotator": tha1.TwoAlgoFaceRotator,
    "combiner": tha1.Combiner,
}


def run(case: Case) -> list[Check]:
    """Compare one case."""
    if case.kind == "end to end":
        return tha.whole(case, tha1.Poser, stages)
    if case.kind == "image conversion":
        return tha.conversion(case, "kept", 256, truncated=False)
    return tha.network(case, NETWORKS[case.name.rpartition("/")[2]])


def stages(poser: tha1.Poser, image: Tensor, pose: Tensor) -> dict[str, Tensor]:
    morphed = poser.morph(image, pose[:, tha1.MORPH])
    combined, rotated = poser.rotate(morphed, pose[:, tha1.ROTATION])
    return {
        "final": combined.final_image,
        "morphed": morphed,
        "color_changed": rotated.color_changed,
        "resampled": rotated.resampled,
    }
