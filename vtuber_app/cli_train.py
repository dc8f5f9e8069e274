"""`vtuber-app train`: networks of our own, trained on what the composer draws."""

from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path

from cyclopts import App
from rich.console import Console

from vtuber_app.tools.train.animation import systems

train = App(name="train", help="Train networks of our own.")
console = Console()


@train.command
def rig(
    *,
    folder: Path,
    out: Path,
    characters: int = 1000,
    minutes: float = 60,
    first: int = 100_000,
    workers: int = 2,
    kinds: bool = False,
) -> int:
    """Train the network that finds landmarks and parts in a drawn portrait.

    Args:
        folder: For the pictures; those that are there already are used again.
        out: The ONNX file to write; its checkpoint, from which a second call goes on, and its curve lie beside it.
        characters: How many are drawn, in several poses each.
        minutes: How long to train.
        first: The first character's seed.
        workers: How many processes draw.
        kinds: Train only what tells the kinds of hair apart, on from the checkpoint.
    """
    from vtuber_app.tools.train import portraits
    from vtuber_app.tools.train import rig as training

    share = -(-characters // workers)
    with ProcessPoolExecutor(workers, get_context("spawn")) as pool:
        for drawn in [pool.submit(portraits.draw, folder, first + i * share, share) for i in range(workers)]:
            drawn.result()
    console.print(f"{len(portraits.drawn(folder))} characters drawn; training for {minutes:g} minutes.")
    checkpoint = out.with_suffix(".pt")
    training.train(
        folder,
        minutes,
        checkpoint,
        lambda one: console.print(f"step {one.step}: {one.error:.1%} of the eyes' distance"),
        kinds=kinds,
    )
    training.export(checkpoint, out)
    console.print(f"{out} is written.")
    return 0


@train.command
def clips(
    source: Path,
    *,
    out: Path,
    size: int = 256,
    min_frames: int = 150,
    increase: float = 0.1,
    iou_with_initial: float = 0.25,
    frames: bool = False,
) -> int:
    """Cut training clips out of videos: as long as a face stays about where it is, the square around it.

    Args:
        source: A video, or a folder of videos.
        out: The folder for the clips, which is then a configuration's `clips`.
        size: Of the square frames, px.
        min_frames: Shorter clips are left out.
        increase: How much wider the square is than the face's places, to each side, as a share of them.
        iou_with_initial: How much the face must share with its first place: intersection over union.
        frames: Folders of PNG pictures instead of MP4: larger, and no detail is lost.
    """
    from rich.progress import Progress

    from vtuber_app.tools.train.animation import cutting

    rule = cutting.Rule(size, min_frames, increase, iou_with_initial)
    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("Cutting", total=None)
        made = cutting.cut(
            source, out, rule, frames, lambda done, total: progress.update(task, completed=done, total=total)
        )
    console.print(f"{len(made)} clips are in {out}.", highlight=False)
    if not made:
        console.print(f"In none was a face seen for {min_frames} frames at one place. --min-frames takes shorter ones.")
    return 0


def animation(system: str, config: Path) -> int:
    """Train a system of image animation on videos, on from the last checkpoint in the configuration's `out` folder.

    Several graphics cards or machines: torchrun --nproc_per_node N -m vtuber_app train fom CONFIG

    Args:
        system: Its name.
        config: A TOML file: `clips`, a folder with videos; `out`, a folder for what is made; what else differs from the
            published training, by the published names.
    """
    from vtuber_app.tools.train.animation import engine
    from vtuber_app.tools.train.animation.config import read
    from vtuber_app.tools.train.animation.progress import Place

    wanted = read(config)
    if wanted.vgg19 is None and system not in ("monkeynet", "tpsmm_avd"):
        console.print(
            "No vgg19 is given: differences of pixels stand in for the perceptual loss, and pictures get softer."
        )
    if wanted.hopenet is None and system == "facevid2vid":
        console.print("No hopenet is given: nobody teaches how heads are turned, and angles mean less.")

    def tell(place: Place, losses: dict[str, float]) -> None:
        numbers = ", ".join(f"{name} {value:.3g}" for name, value in losses.items())
        console.print(
            f"epoch {place.epoch}, step {place.steps}, {place.minutes:.1f} minutes: {numbers}", highlight=False
        )

    place = engine.train(systems.named(system), wanted, tell)
    console.print(f"{place.steps} steps are done; the checkpoint, the curve and strips of samples are in {wanted.out}.")
    return 0


for name in systems.CLASSES:
    train.command(partial(animation, name), name=name)


@train.command
def check(*, characters: int = 200, posed: int = 50, poses: int = 30, workers: int = 2) -> int:
    """Measure how well flat pictures are rigged, on characters that the network has never seen.

    Args:
        characters: On how many to look for landmarks and parts, in the composer's styles and in an unseen one.
        posed: How many of them to move.
        poses: How many poses each.
        workers: How many processes measure.
    """
    from vtuber_app.tools.train import measure

    measure.report(characters, posed, poses, workers, lambda line: console.print(line, highlight=False, soft_wrap=True))
    return 0
