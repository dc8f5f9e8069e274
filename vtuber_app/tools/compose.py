"""Characters drawn by lot, each written as a puppet with its picture and its traits."""

import hashlib
import json
import os
import shutil
from collections.abc import Collection, Iterator, Mapping
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from importlib import import_module
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vtuber_app.core.errors import DependencyError, SettingsError

if TYPE_CHECKING:
    from vtuber_app.avatars.composer.dna import Dna

COMPILER = "vtuber_app composer"
METADATA = "metadata.json"
LAYERS = "layers.psd"
PICTURE = 512
"""Of the pictures beside the layers, px."""


def compose(
    out: Path,
    count: int = 1,
    seed: int = 0,
    fixed: Mapping[str, str] | None = None,
    size: int = 2048,
    name: str = "Hana",
    psd: bool = False,
) -> Iterator[Path]:
    """Draw characters without repeats, each into a folder in `out`; give the folders as they are done, in order.

    Args:
        out: Is made if it is missing.
        count: How many.
        seed: The same one gives the same characters, the first of them being that seed's.
        fixed: Options of traits, by the trait's name.
        size: Of the canvas, px.
        name: Of the characters, followed by their number if there are several.
        psd: Whether to write the layers as a Photoshop file too.

    Raises:
        DependencyError: skia-python is missing, or psd-tools where it is needed.
        SettingsError: A trait or an option is unknown, too few characters are left, or a folder is there already.
    """
    painter()
    from vtuber_app.avatars.composer import dna

    drawn = list(islice(dna.batch(seed, fixed), count))
    names = [_name(name, number, count) for number in range(1, count + 1)]
    if there := [each for each in names if (out / each).exists()]:
        raise SettingsError(f"{out / there[0]} is there already. Choose another folder, seed or name.")
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SettingsError(f"Characters can't be written to {out}: {error.strerror or error}.") from error
    jobs = list(zip(drawn, names, range(1, count + 1), strict=True))
    if count == 1:
        yield written(*jobs[0], out, size, psd)
        return
    with ProcessPoolExecutor(min(count, os.cpu_count() or 1), get_context("spawn")) as pool:
        yield from _in_order(pool, [(*job, out, size, psd) for job in jobs])
    everything = [json.loads((out / each / METADATA).read_text(encoding="utf-8")) for each in names]
    (out / f"_{METADATA}").write_text(json.dumps(everything, indent=1), encoding="utf-8")


def traits() -> Mapping[str, Collection[str]]:
    """The traits of a character, each with the names of its options; DependencyError as `compose`."""
    painter()
    from vtuber_app.avatars.composer.pools import POOLS

    return POOLS


def psd_of(dna: "Dna", path: Path, size: int = 2048) -> None:
    """Write a character's layers as a Photoshop file; errors as `rig.psd.write_psd`."""
    from vtuber_app.avatars.composer.painting import puppet
    from vtuber_app.avatars.rig.psd import write_psd

    write_psd(*puppet(dna, size), path)


def painter() -> None:
    """DependencyError, with its reason, if characters can't be drawn here."""
    try:
        import_module("skia")
    except ImportError as error:
        raise DependencyError(
            f"Characters are drawn with the package skia-python, which can't be loaded: {error}. "
            "Install it: pip install skia-python"
        ) from error


def _in_order(pool: Executor, jobs: list[tuple[Any, ...]]) -> Iterator[Path]:
    waiting: list[Future[Path]] = [pool.submit(written, *job) for job in jobs]
    try:
        for future in waiting:
            yield future.result()
    finally:
        pool.shutdown(cancel_futures=True)


def written(dna: "Dna", name: str, number: int, out: Path, size: int, psd: bool = False) -> Path:
    """Paint one character into a new folder in `out`, which appears when it is whole; SettingsError if it can't be."""
    from vtuber_app.avatars.composer.painting import paint
    from vtuber_app.avatars.rig.psd import write_psd
    from vtuber_app.avatars.rig.writing import write_puppet

    rig, pictures = paint(dna.traits(name), dna.manner(size))
    begun = out / f".{name}.part"
    shutil.rmtree(begun, ignore_errors=True)
    try:
        write_puppet(rig, pictures, begun, PICTURE)
        if psd:
            write_psd(rig, pictures, begun / LAYERS)
        metadata = {
            "name": name,
            "description": "An anime character drawn from parts.",
            "image": "picture.png",
            "dna": hashlib.sha1("-".join(dna.key).encode(), usedforsecurity=False).hexdigest(),
            "edition": number,
            "seed": dna.seed,
            "attributes": [{"trait_type": trait, "value": option} for trait, option in dna.options.items()],
            "compiler": COMPILER,
        }
        (begun / METADATA).write_text(json.dumps(metadata, indent=1), encoding="utf-8")
        begun.rename(out / name)
    except OSError as error:
        raise SettingsError(f"{name} can't be written to {out}: {error.strerror or error}.") from error
    finally:
        shutil.rmtree(begun, ignore_errors=True)
    return out / name


def _name(name: str, number: int, count: int) -> str:
    return name if count == 1 else f"{name} {number:0{len(str(count))}d}"
