"""Downloads what set-up wants: `python -m vtuber_app.tools.fetch face_landmarker`."""

import sys

from vtuber_app.core.errors import WeightsError
from vtuber_app.store import cards, file_of
from vtuber_app.store.install import install

NAMES = ("face_landmarker",)
"""What may be used without accepting anything."""


def main(names: list[str]) -> int:
    """Fetch those that are named, telling how far it is in lines that another program may show.

    Returns:
        Exit code: 0 if all are there, 2 for a name that is none.
    """
    if not names or set(names) - set(NAMES):
        sys.stderr.write(f"Name one or more of: {', '.join(NAMES)}\n")
        return 2
    for name in names:
        there = file_of(name) is not None
        try:
            install(name, _tell)
        except WeightsError as error:
            sys.stderr.write(f"{error}\n")
            return 1
        file = cards.find(name).files[0]
        sys.stdout.write(f"{'already there' if there else 'fetched'}: {file.name}, {file.expected / 1e6:.1f} MB\n")
    return 0


def _tell(have: int, total: int) -> None:
    sys.stdout.write(f"{100 * have // total} %\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
