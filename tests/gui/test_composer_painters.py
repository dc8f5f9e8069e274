"""The processes that draw characters."""

import subprocess
import sys
from pathlib import Path

KILLED = """
import os, sys
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from vtuber_app.gui.composer_painters import _modest
if __name__ == "__main__":
    pool = ProcessPoolExecutor(1, get_context("spawn"), initializer=_modest)
    print(pool.submit(os.getpid).result(), flush=True)
    os._exit(1)
"""


def test_they_end_with_a_program_that_was_killed(tmp_path: Path) -> None:
    script = tmp_path / "killed.py"
    script.write_text(KILLED, encoding="utf-8")
    # The painter holds the pipe open as long as it lives.
    with subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE, text=True) as program:
        assert program.stdout
        assert int(program.stdout.readline()) > 0
        program.communicate(timeout=30)
