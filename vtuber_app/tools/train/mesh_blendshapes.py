"""Fits the coefficients of `pose/mesh_blendshapes.npz`: points of the embedded face mesh to blendshapes.

The teacher is the blendshape network inside `face_landmarker.task`, which reads 146 points. It is asked about real
meshes and about varied ones: another person's face with this one's expression, other looks, lids and poses. Fed with
what the face landmarker saw, it says what is right; fed with what the embedded mesh saw, it says what generalises to
faces no clip showed. The pupil learns the mean of both from the embedded mesh's points alone.

    pip install --no-deps ai-edge-litert==1.4.0 backports.strenum tqdm      (runs the teacher; nothing else needs it)
    python -m vtuber_app.tools.train.mesh_blendshapes CLIP... --check
"""

import argparse
import math
import sys
import zipfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from vtuber_app.core.errors import DependencyError, WeightsError
from vtuber_app.core.parts import each
from vtuber_app.core.types import BLENDSHAPES, Frame
from vtuber_app.pose import mesh_blendshapes
from vtuber_app.pose.mesh_blendshapes import MeshBlendshapes, normalised
from vtuber_app.sources.video import Video, VideoSettings
from vtuber_app.store import file_of
from vtuber_app.tools.train.perceptron import Perceptron
from vtuber_app.tools.train.takes import Take, random_look, take
from vtuber_app.tools.train.varied import Varied
from vtuber_app.trackers.mediapipe import LANDMARKER

Array = NDArray[np.float32]

OUT = Path(mesh_blendshapes.__file__).with_suffix(".npz")
HIDDEN = [128, 96]
N_LOOKS = 8
N_EXAMPLES = 64_000
N_EPOCHS = 40
MOVES = 0.25
"""A clip says something about a blendshape that moves by as much."""


class Teacher:
    """The blendshape network of the face landmarker.

    Args:
        model: The face landmarker's bundle.
        names: Of the network's outputs.

    Attributes:
        points: (146,) the points it reads, which are the pupil's too, and come from its present coefficients.
        columns: Where among its outputs each of `BLENDSHAPES` is; -1 for those it does not know.
    """

    def __init__(self, model: Path, names: list[str]) -> None:
        try:
            from ai_edge_litert.interpreter import Interpreter
        except ImportError as error:
            raise DependencyError("The teacher needs the package ai-edge-litert; see the top of this file.") from error
        with zipfile.ZipFile(model) as bundle:
            network = bundle.read("face_blendshapes.tflite")
        self.points = MeshBlendshapes().points
        self.columns = [names.index(name) if name in names else -1 for name in BLENDSHAPES]
        self._interpreter = Interpreter(model_content=network, num_threads=1)
        self._interpreter.allocate_tensors()
        self._input = self._interpreter.get_input_details()[0]["index"]
        self._output = self._interpreter.get_output_details()[0]["index"]

    def __call__(self, meshes: Array) -> Array:
        """(N, 52) in the order of `BLENDSHAPES`, of (N, 478, 2) meshes, y up."""
        scores = np.zeros((len(meshes), len(self.columns)), np.float32)
        for row, mesh in zip(scores, meshes, strict=True):
            self._interpreter.set_tensor(self._input, mesh[None, self.points] * np.array([100, -100], np.float32))
            self._interpreter.invoke()
            row[:] = self._interpreter.get_tensor(self._output).ravel()[self.columns]
        return self.named(scores)

    def named(self, scores: Array) -> Array:
        """Zero what the teacher does not know."""
        scores[:, [column < 0 for column in self.columns]] = 0
        return scores


def features(meshes: Array, points: NDArray[np.intp]) -> Array:
    """(N, 2 K) what the pupil reads of (N, 478, 2) meshes, y up."""
    return normalised(meshes[:, points] * np.array([1, -1], np.float32)).reshape(len(meshes), -1)


def examples(takes: list[Take], teacher: Teacher, n: int, random: np.random.Generator) -> tuple[Array, Array]:
    """(n, 2 K) features and (n, 52) targets, of all takes' people, alike often."""
    seen, right = Varied(takes, random).draw(n)
    targets = (teacher(right) + teacher(seen)) / 2
    inputs = features(seen, teacher.points)
    inputs += random.normal(0, 1, inputs.shape) * random.exponential(0.003, (n, 1))
    return inputs, targets


def pupil(takes: list[Take], teacher: Teacher, n: int, n_epochs: int, seed: int = 0) -> Perceptron:
    """A network fitted to these takes."""
    random = np.random.default_rng(seed)
    inputs, targets = examples(takes, teacher, n, random)
    network = Perceptron([inputs.shape[1], *HIDDEN, targets.shape[1]], random)
    network.fit(inputs, targets, n_epochs)
    return network


def correlations(network: Perceptron, held: Take, teacher: Teacher) -> Array:
    """(52,) correlation with the face landmarker over a take; NaN where it hardly moves."""
    turned = np.einsum("tij,tkj->tki", held.rotation, held.mesh)[:, :, :2]
    found = network(features(turned, teacher.points))
    wanted = teacher.named(held.blendshapes[:, teacher.columns])
    moves = np.ptp(wanted, axis=0) >= MOVES
    result = np.full(len(BLENDSHAPES), np.nan, np.float32)
    for i in np.flatnonzero(moves):
        result[i] = np.corrcoef(found[:, i], wanted[:, i])[0, 1]
    return result


def save(network: Perceptron, points: NDArray[np.intp], path: Path) -> None:
    """Write the coefficients in half precision, the inputs' scale folded into the first layer."""
    folded = [network.weights[0] / network.scale[:, None], *network.weights[1:]]
    arrays = {f"weight{i}": weight.astype(np.float16) for i, weight in enumerate(folded)}
    arrays |= {f"bias{i}": bias.astype(np.float32) for i, bias in enumerate(network.biases)}
    np.savez_compressed(path, points=points.astype(np.int16), mean=network.mean, **arrays)


def gather(clips: list[Path], model: Path, n_looks: int) -> list[Take]:
    """Each clip as it is and in so many other looks."""
    takes = []
    for number, clip in enumerate(clips):
        with Video(VideoSettings(path=clip, paced=False)) as video:
            first: Frame = next(each(video))
        for look in range(n_looks + 1):
            seen = random_look(first, np.random.default_rng([number, look])) if look else None
            takes.append(take(clip, model, seen))
            say(f"{clip.stem}, look {look}: {len(takes[-1].mesh)} frames")
    return takes


def check(takes: list[Take], teacher: Teacher, n: int, n_epochs: int) -> None:
    """Print how well each clip's blendshapes are told by a network that never saw its person."""
    people = list(dict.fromkeys(take.person for take in takes))
    table = {}
    for person in people:
        others = [take for take in takes if take.person != person]
        held = next(take for take in takes if take.person == person)
        table[person] = correlations(pupil(others, teacher, n, n_epochs), held, teacher)
    say(f"{'':20}" + "".join(f"{person[:10]:>11}" for person in people) + f"{'mean':>11}")
    for i, name in enumerate(BLENDSHAPES):
        row = [float(table[person][i]) for person in people]
        told = [value for value in row if not math.isnan(value)]
        if told:
            cells = ["" if math.isnan(value) else f"{value:.2f}" for value in [*row, sum(told) / len(told)]]
            say(f"{name:20}" + "".join(f"{cell:>11}" for cell in cells))


def say(line: str) -> None:
    """Print a line at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main(arguments: list[str] | None = None) -> int:
    """Fit and write the coefficients."""
    parser = argparse.ArgumentParser(description="Fit the face mesh's blendshapes.")
    parser.add_argument("clips", nargs="+", type=Path, help="videos of one face each, or folders of them")
    parser.add_argument("--out", type=Path, default=OUT)
    parser.add_argument("--check", action="store_true", help="first tell how it does on each clip it did not see")
    parser.add_argument("--looks", type=int, default=N_LOOKS, help="varied looks of each clip")
    parser.add_argument("--examples", type=int, default=N_EXAMPLES)
    parser.add_argument("--epochs", type=int, default=N_EPOCHS)
    options = parser.parse_args(arguments)
    model = file_of(LANDMARKER)
    if model is None:
        raise WeightsError("The teacher is in the face landmarker's model, which is not installed.")
    clips = [clip for path in options.clips for clip in (sorted(path.glob("*.mp4")) if path.is_dir() else [path])]
    takes = gather(clips, model, options.looks)
    teacher = Teacher(model, takes[0].names)
    if options.check:
        check(takes, teacher, options.examples, options.epochs)
    save(pupil(takes, teacher, options.examples, options.epochs), teacher.points, options.out)
    say(f"Written: {options.out}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
