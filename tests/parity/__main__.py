"""Compare the program's networks with recorded numbers: `python -m tests.parity [FOLDER ...]`."""

import argparse
import sys
from pathlib import Path

from .case import OWN, Case, Check, Skipped, found
from .families import runner


def main() -> int:
    """Print a line for each case, and how many passed; non-zero if one failed."""
    parser = argparse.ArgumentParser(prog="python -m tests.parity", description=__doc__)
    parser.add_argument("folders", nargs="*", type=Path, default=[OWN], help="searched for manifest.json")
    passed = failed = 0
    for folder in parser.parse_args().folders:
        cases = list(found(folder))
        if not cases:
            parser.error(f"no manifest.json in {folder} or below")
        for case in cases:
            try:
                ok = tell(case, runner(case)(case))
            except Skipped as reason:
                say(f"{case.name:48} skipped: {reason}")
                continue
            except Exception as error:  # one broken case must not hide the others
                say(f"{case.name:48} FAILED: {type(error).__name__}: {error}")
                ok = False
            passed, failed = passed + ok, failed + (not ok)
    say(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


def tell(case: Case, checks: list[Check]) -> bool:
    """Print the check that is nearest to its tolerance, or farthest beyond."""
    worst = max(checks, key=lambda check: (not check.ok, check.error / (check.tolerance or 1)))
    verdict = "ok" if worst.ok else f"FAILED ({worst.name})"
    say(f"{case.name:48} {worst.error:.1e} {worst.tolerance:.1e} {verdict}")
    return worst.ok


def say(line: str) -> None:
    """Print it at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
