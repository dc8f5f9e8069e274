"""Fetches weights: `python -m vtuber_app.tools.fetch face_landmarker`."""

import sys

from vtuber_app.core import weights
from vtuber_app.core.errors import WeightsError
from vtuber_app.core.weights import Weight
from vtuber_app.trackers.mediapipe import LANDMARKER

WEIGHTS: dict[str, Weight] = {"face_landmarker": LANDMARKER}


def main(names: list[str]) -> int:
    """Fetch those that are named, telling how far it is in lines that another program may show.

    Returns:
        Exit code: 0 if all are there, 2 for a name that is none.
    """
    if not names or set(names) - set(WEIGHTS):
        sys.stderr.write(f"Name one or more of: {', '.join(WEIGHTS)}\n")
        return 2
    for name in names:
        weight = WEIGHTS[name]
        there = weights.find(weight) is not None
        try:
            path = weights.fetch(weight, progress=_tell)
        except WeightsError as error:
            sys.stderr.write(f"{error}\n")
            return 1
        sys.stdout.write(f"{'already there' if there else 'fetched'}: {path.name}, {weight.size / 1e6:.1f} MB\n")
    return 0


def _tell(have: int, total: int) -> None:
    sys.stdout.write(f"{100 * have // total} %\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
