"""Runs another program and follows what it prints."""

import contextlib
import os
import queue
import subprocess
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from vtuber_app.tools.install.stamp import environment

TICK = 0.25
"""How often the progress line is renewed while the program is silent, s."""


class StepError(Exception):
    """A step of the installation failed; the text says what to do."""


def follow(
    command: Sequence[str | Path],
    heard: Callable[[str | None], None],
    log: Path,
    *,
    limit: float = 900.0,
    extra: Mapping[str, str] | None = None,
    keep: Sequence[int] = (),
) -> list[str]:
    """Run a program to its end.

    Args:
        command: Program and arguments.
        heard: Called with each line it prints, and with None now and then.
        log: All it prints is added to this file.
        limit: It is ended when it prints nothing for so long, s.
        extra: Environment variables besides our own.
        keep: Descriptors it inherits.

    Returns:
        The lines it printed.

    Raises:
        StepError: It can't be started, failed or fell silent; the text has its last lines.
    """
    try:
        process = subprocess.Popen(
            [str(word) for word in command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env={**environment(), **(extra or {})},
            text=True,
            encoding="utf-8",
            errors="replace",
            pass_fds=tuple(keep) if os.name != "nt" else (),
        )
    except OSError as error:
        raise StepError(f"{command[0]} can't be started: {error}") from error
    lines: list[str] = []
    words: queue.Queue[str | None] = queue.Queue()
    reader = threading.Thread(target=_read, args=(process, words), daemon=True)
    reader.start()
    waited = 0.0
    try:
        with log.open("a", buffering=1, encoding="utf-8") as file:
            file.write(f"$ {' '.join(str(word) for word in command)}\n")
            while True:
                try:
                    line = words.get(timeout=TICK)
                except queue.Empty:
                    waited += TICK
                    heard(None)
                    if waited > limit:
                        raise StepError(f"It said nothing for {limit:.0f} s. The whole record: {log}") from None
                    continue
                if line is None:
                    break
                waited = 0.0
                heard(line)
                if not line.startswith("Progress "):
                    lines.append(line)
                    file.write(line + "\n")
    finally:
        _end(process)
        reader.join(5)
    if process.returncode:
        last = "\n".join(f"    {line}" for line in lines[-8:])
        raise StepError(f"It failed with code {process.returncode}. Its last words:\n{last}\nThe whole record: {log}")
    return lines


def _read(process: "subprocess.Popen[str]", words: "queue.Queue[str | None]") -> None:
    assert process.stdout
    with process.stdout:
        for line in process.stdout:
            words.put(line.rstrip())
    process.wait()
    words.put(None)


def _end(process: "subprocess.Popen[str]") -> None:
    """End it if it still runs: politely, so that it may clean up, then by force."""
    if process.poll() is None:
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(5)
    if process.poll() is None:
        process.kill()
        process.wait()
