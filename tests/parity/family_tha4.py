"""Runs the cases of Talking Head Anime 4 and of its students; those with real characters where these are at hand."""

from functools import partial

from torch import Tensor

from vtuber_app.core.weights import load_into
from vtuber_app.nets import tha4, tha4_student, tha_face
from vtuber_app.nets.tha_picture import colours, network_input
from vtuber_app.pose.tha import Style, pose45

from . import tha
from .case import Case, Check

NETWORKS = {
    "eyebrow_decomposer": tha_face.EyebrowDecomposer,
    "eyebrow_morphing_combiner": tha_face.EyebrowMorphingCombiner,
    "face_morpher": tha_face.FaceMorpher,
    "body_morpher": tha4.BodyMorpher,
    "upscaler": tha4.Upscaler,
    "student_face_morpher": tha4_student.FaceMorpher,
    "student_body_morpher": tha4_student.BodyMorpher,
}
BYTES_TOLERANCE = 5e-3
"""The recorded bytes are truncated, so a difference beyond the seventh digit may be a whole count."""


def run(case: Case) -> list[Check]:
    """Compare one case."""
    if case.kind == "end to end":
        if "student" in case.name:
            return tha.whole(case, tha4_student.Poser, student_stages)
        return tha.whole(case, tha4.Poser, stages)
    if case.kind == "image conversion":
        return tha.conversion(case, "premultiplied", 512, truncated=True)
    if case.kind == "mocap":
        # The published program for iFacialMocap has its test for a frown the wrong way round; that for MediaPipe not.
        style = Style(frown="ifacialmocap" not in case.name)
        return tha.mocap(case, partial(pose45, style=style))
    if case.kind == "real weights":
        return character(case)
    return tha.network(case, NETWORKS[case.name.rpartition("/")[2]])


def stages(poser: tha4.Poser, image: Tensor, pose: Tensor) -> dict[str, Tensor]:
    face = tha.face_stages(poser, image, pose)
    upscaled, body = poser.rotate(face["full"], tha4.halved(face["full"]), pose[:, tha4.ROTATION])
    return {
        **face,
        "final": upscaled.merged,
        "upscaler_grid_change": upscaled.grid_change,
        "body_merged": body.merged,
        "body_grid_change": body.grid_change,
    }


def student_stages(poser: tha4_student.Poser, image: Tensor, pose: Tensor) -> dict[str, Tensor]:
    full = poser.move_face(image, pose[:, : tha4_student.FACE_POSE])
    moved: tha4_student.Moved = poser.body_morpher(full, pose)
    shown = colours(moved.blended_image)
    return {
        "face": full[:, :, tha4_student.FACE[0], tha4_student.FACE[1]],
        "final": moved.blended_image,
        "alpha": moved.alpha,
        "color_change": moved.color_change,
        "grid_change": moved.grid_change,
        "bytes": shown.clamp(0, 1).mul(255).floor(),
    }


def character(case: Case) -> list[Check]:
    """A trained student, read from its files as the program reads them."""
    poser = tha4_student.Poser()
    for name, module in case.manifest["modules"].items():
        load_into(poser.get_submodule(name), case.file(module["weights"]))
    image = network_input(tha.picture(case.file(case.manifest["image"])), "premultiplied")
    outputs = {"image": image.numpy(), **tha.posed(poser, student_stages, image, case.inputs())}
    checks = case.compare(outputs)
    return [
        Check(check.name, check.error, BYTES_TOLERANCE) if check.name.endswith(".bytes") else check for check in checks
    ]
