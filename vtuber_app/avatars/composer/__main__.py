"""Paint the default avatars: `python -m vtuber_app.avatars.composer OUT [NAME ...]`."""

import sys
from pathlib import Path

from vtuber_app.avatars.composer.character import Traits
from vtuber_app.avatars.composer.flat import flatten
from vtuber_app.avatars.composer.painting import paint
from vtuber_app.avatars.composer.presets import PRESETS
from vtuber_app.avatars.rig.format import Rig
from vtuber_app.avatars.rig.writing import write_layers, write_png


def write(traits: Traits, folder: Path) -> Rig:
    """Paint one character into `folder`, replacing what was there."""
    rig, pictures = paint(traits)
    write_layers(rig, pictures, folder)
    canvas = flatten(rig, pictures)
    for size, ending in ((512, ""), (1024, "_1024")):
        write_png(folder / f"picture{ending}.png", canvas.straight(size))
        write_png(folder / f"portrait{ending}.png", canvas.straight(size, rig.portrait))
    return rig


def main(arguments: list[str]) -> int:
    """Paint all presets, or those named."""
    if not arguments or any(name not in PRESETS for name in arguments[1:]):
        sys.stderr.write(f"usage: python -m vtuber_app.avatars.composer OUT [{'|'.join(PRESETS)} ...]\n")
        return 2
    out = Path(arguments[0])
    for name in arguments[1:] or list(PRESETS):
        write(PRESETS[name], out / name)
        sys.stdout.write(f"{out / name}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
