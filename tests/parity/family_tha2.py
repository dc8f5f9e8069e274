"""Runs the cases of Talking Head Anime 2."""

from torch import Tensor

from vtuber_app.nets import tha1, tha2, tha_face
from vtuber_app.pose.tha import pose42

from . import tha
from .case import Case, Check

NETWORKS = {
    "eyebrow_decomposer": tha_face.EyebrowDecomposer,
    "eyebrow_morphing_combiner": tha_face.EyebrowMorphingCombiner,
    "face_morpher": tha_face.FaceMorpher,
    "two_algo_face_rotator": tha1.TwoAlgoFaceRotator,
    "combiner": tha1.Combiner,
}


def run(case: Case) -> list[Check]:
    """Compare one case."""
    if case.kind == "end to end":
        return tha.whole(case, tha2.Poser, stages)
    if case.kind == "image conversion":
        return tha.conversion(case, "cleared", 256, truncated=False)
    if case.kind == "mocap":
        return tha.mocap(case, pose42)
    return tha.network(case, NETWORKS[case.name.rpartition("/")[2]])


def stages(poser: tha2.Poser, image: Tensor, pose: Tensor) -> dict[str, Tensor]:
    face = tha.face_stages(poser, image, pose)
    combined, rotated = poser.rotate(face["full"], pose[:, tha2.ROTATION])
    return {
        **face,
        "final": combined.final_image,
        "color_changed": rotated.color_changed,
        "resampled": rotated.resampled,
    }
