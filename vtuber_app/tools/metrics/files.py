"""Networks that the papers measure with and that don't come with the program: the user puts their files in place."""

import hashlib
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from vtuber_app.core import paths
from vtuber_app.core.errors import WeightsError

FOLDER = "metrics"
"""In a models folder."""


@dataclass(frozen=True, slots=True)
class Expected:
    """A file.

    Attributes:
        names: As it is published, one of them.
        holds: What it is.
        where: Where to get it.
        licence: Of the weights.
        checksum: "sha256:" or "sha1:" and hexadecimal digits, the first ones where authors publish no more.
        package: Where it lies in a Python package that may be installed, with dots.
        program: It is a program and not only numbers, so that it is opened only if the checksum is right.
    """

    names: tuple[str, ...]
    holds: str
    where: str
    licence: str
    checksum: str
    program: bool = False
    package: str = ""


@dataclass(frozen=True, slots=True)
class Given:
    """A file that is there.

    Attributes:
        sha256: Of the whole file.
        published: It is the one that its authors published.
    """

    path: Path
    sha256: str
    published: bool


INCEPTION = Expected(
    ("pt_inception-2015-12-05-6726825d.pth", "weights-inception-2015-12-05-6726825d.pth"),
    "InceptionV3 with TensorFlow's weights of 2015",
    "releases of mseitzer/pytorch-fid or toshas/torch-fidelity on GitHub",
    "Apache 2.0",
    "sha256:6726825d0af5f729cebd5821db510b11b1cfad8faad88a03f1befd49fb9129b2",
)
I3D = Expected(
    ("i3d_torchscript.pt",),
    "I3D trained on Kinetics-400",
    "the FVD script of universome/stylegan-v on GitHub; flateon/FVD-I3D-torchscript on Hugging Face",
    "not stated; I3D itself Apache 2.0",
    "sha256:bec6519f66ea534e953026b4ae2c65553c17bf105611c746d904657e5860a5e2",
    program=True,
)
ALEXNET = Expected(
    ("alexnet-owt-7be5be79.pth",),
    "AlexNet trained on ImageNet",
    "torchvision's model page",
    "BSD 3-clause; ImageNet's terms are for research",
    "sha256:7be5be79",
)
LPIPS = Expected(
    ("lpips_alex.pth", "alex.pth"),
    "what each layer of AlexNet counts in LPIPS 0.1",
    "lpips/weights/v0.1/alex.pth of richzhang/PerceptualSimilarity on GitHub; it comes with: pip install torchmetrics",
    "BSD 2-clause",
    "sha256:df73285e35b22355a2df87cdb6b70b343713b667eddbda73e1977e0c860835c0",
    package="torchmetrics.functional.image.lpips_models",
)
S3FD = Expected(
    ("s3fd-619a316812.pth",),
    "S3FD, which finds faces",
    "the addresses in face_alignment/detection/sfd of 1adrianb/face-alignment on GitHub",
    "not stated; the package BSD 3-clause",
    "sha256:619a31681264d3f7f7fc7a16a42cbbe8b23f31a256f75a366e5a1bcd59b33543",
)
FAN = Expected(
    ("2DFAN4-cd938726ad.zip",),
    "2DFAN-4, 68 landmarks of a face",
    "the addresses in face_alignment/api.py of 1adrianb/face-alignment 1.3 on GitHub",
    "not stated; the package BSD 3-clause",
    "sha256:cd938726adb1f15f361263cce2db9cb820c42585fa8796ec72ce19107f369a46",
    program=True,
)
OPENFACE = Expected(
    ("nn4.small2.v1.t7", "openface_nn4.small2.v1.t7", "openface.nn4.small2.v1.t7"),
    "OpenFace's nn4.small2, 128 numbers a face",
    "the models page of cmusatyalab/openface on GitHub",
    "Apache 2.0",
    "sha1:ac8161a4376fb5a79ceec55d85bbb57ef81da9fe",
)
ARCFACE = Expected(
    ("w600k_r50.onnx",),
    "ArcFace, a ResNet-50 trained on WebFace600K",
    "buffalo_l.zip in the releases of deepinsight/insightface on GitHub",
    "NOT for commercial use",
    "sha256:4c06341c33c2ca1f86781dab0e829f88ad5b64be9fba56e56bc9ebdefc619e43",
)
SFACE = Expected(
    ("face_recognition_sface_2021dec.onnx",),
    "SFace, 128 numbers a face",
    "opencv/opencv_zoo on GitHub",
    "Apache 2.0",
    "sha256:0ba9fbfa01b5270c96627c4ef784da859931e02f04419c829e83484087c34e79",
)
CLIP = Expected(
    ("ViT-B-32.pt",),
    "CLIP ViT-B/32",
    "the list of models in clip/clip.py of openai/CLIP on GitHub",
    "MIT",
    "sha256:40d365715913c9da98579312b702a82c18be219cc2a73407c4526f58eba950af",
    program=True,
)


def places(expected: Expected) -> list[Path]:
    """Where the file may lie."""
    folders = [folder for models in paths.model_folders() for folder in (models / FOLDER, models)]
    package, _, inside = expected.package.partition(".")
    if package and (spec := find_spec(package)) and spec.origin:
        folders.append(Path(spec.origin).parent.joinpath(*inside.split(".")))
    return [folder / name for folder in folders for name in expected.names]


def find(expected: Expected) -> Given | None:
    """The file, if it is there.

    Raises:
        WeightsError: It is a program, and not the published one.
    """
    path = next((place for place in places(expected) if place.is_file()), None)
    if path is None:
        return None
    kind, _, digits = expected.checksum.partition(":")
    sums = {name: _sum(path, name) for name in {kind, "sha256"}}
    published = sums[kind].startswith(digits)
    if expected.program and not published:
        raise WeightsError(
            f"{path.name} is not the file that was published ({kind} {sums[kind]} instead of {digits}). It could run a "
            "program, so it was not opened. Get it again."
        )
    return Given(path, sums["sha256"], published)


def wanted(expected: Expected) -> str:
    """What to do to have it."""
    return (
        f"put {expected.names[0]} into models/{FOLDER} ({expected.holds}; from {expected.where}; "
        f"licence: {expected.licence})"
    )


def _sum(path: Path, kind: str) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, kind).hexdigest()
