"""Everything a change has to pass, one check after the other."""

import subprocess
import time
from collections.abc import Sequence

from vtuber_app.tools.install.stamp import ROOT, environment, python


def check(arguments: Sequence[str]) -> int:
    """Run every check, even when one fails.

    Args:
        arguments: For pytest.

    Returns:
        Exit code: 0 if all passed.
    """
    module = [str(python()), "-P", "-m"]
    checks = {
        "ruff check": [*module, "ruff", "check", "."],
        "ruff format": [*module, "ruff", "format", "--check", "."],
        "mypy": [*module, "mypy"],
        "lint-imports": [str(python().with_name("lint-imports"))],
        "pytest": [*module, "pytest", *arguments],
    }
    results = []
    for name, command in checks.items():
        print(f"\n== {name} ==", flush=True)
        started = time.monotonic()
        code = subprocess.run(command, cwd=ROOT, env=environment(), check=False).returncode
        results.append((name, code, time.monotonic() - started))
    print()
    for name, code, seconds in results:
        print(f"{'passed' if code == 0 else 'FAILED':8}{name:14}{seconds:7.1f} s", flush=True)
    return int(any(code for _, code, _ in results))
