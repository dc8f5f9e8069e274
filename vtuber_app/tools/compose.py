"""Characters drawn by lot, each written as a puppet with its picture and its traits."""

import hashlib
import json
import os
import shutil
from collections.abc import Collection, Iterator, Mapping
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from importlib.util import find_spec
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from vtuber_app.core.errors import DependencyError, SettingsError

COMPILER = "vtuber_app composer"
METADATA = "metadata.json"
PICTURE = 512
"""Of the pictures beside the layers, px."""


def compose(
    out: Path,
    count: int = 1,
    seed: int = 0,
    fixed: Mapping[str, str] | None = None,
    size: int = 2048,
    name: str = "Hana",
) -> Iterator[Path]:
    """Draw characters without repeats, each into a folder in `out`; give the folders as they are done, in order.

    Args:
        out: Is made if it is missing.
        count: How many.
        seed: The same one gives the same characters, the first of them being that seed's.
        fixed: Options of traits, by the trait's name.
        size: Of the canvas, px.
        name: Of the characters, followed by their number if there are several.

    Raises:
        DependencyError: skia-python is missing.
        SettingsError: A trait or an option is unknown, too few characters are left, or a folder is there already.
    """
    _painter()
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
        yield _written(*jobs[0], out, size)
        return
    with ProcessPoolExecutor(min(count, os.cpu_count() or 1), get_context("spawn")) as pool:
        yield from _in_order(pool, [(*job, out, size) for job in jobs])
    everything = [json.loads((out / each / METADATA).read_text(encoding="utf-8")) for each in names]
    (out / f"_{METADATA}").write_text(json.dumps(everything, indent=1), encoding="utf-8")


def traits() -> Mapping[str, Collection[str]]:
    """The traits of a character, each with the names of its options; DependencyError as `compose`."""
    _painter()
    from vtuber_app.avatars.composer.pools import POOLS

    return POOLS


def _painter() -> None:
    if find_spec("skia") is None:
        raise DependencyError(
            "Characters are drawn with the package skia-python, which is missing. Install it: pip install skia-python"
        )


def _in_order(pool: Executor, jobs: list[tuple[Any, ...]]) -> Iterator[Path]:
    waiting: list[Future[Path]] = [pool.submit(_written, *job) for job in jobs]
    try:
        for future in waiting:
            yield future.result()
    finally:
        pool.shutdown(cancel_futures=True)


def _written(dna: Any, name: str, number: int, out: Path, size: int) -> Path:
    """Paint one character; its folder appears when it is whole."""
    from vtuber_app.avatars.composer.painting import paint
    from vtuber_app.avatars.rig.writing import write_puppet

    rig, pictures = paint(dna.traits(name), dna.manner(size))
    begun = out / f".{name}.part"
    shutil.rmtree(begun, ignore_errors=True)
    try:
        write_puppet(rig, pictures, begun, PICTURE)
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
