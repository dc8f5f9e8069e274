"""The commands as a user types them."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from vtuber_app.core import motion, paths
from vtuber_app.core.types import BLENDSHAPES

CLIP = paths.assets() / "demo" / "astronaut.mp4"


def run(*words: str | Path, environment: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "vtuber_app", *map(str, words)]
    return subprocess.run(
        command, capture_output=True, text=True, timeout=100, check=False, env={**os.environ, **(environment or {})}
    )


def test_live_follows_a_clip_until_its_end(tmp_path: Path) -> None:
    out = tmp_path / "out.mp4"
    done = run("live", "--source", CLIP, "--avatar", "ren", "--output", "null", out, "--seconds", "4", "--json")
    assert done.returncode == 0, done.stderr
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [line["event"] for line in lines] == ["first_picture", "first_tracked", "end"]
    assert lines[-1]["pictures"]["null"] > 10
    assert lines[-1]["peak_mb"] < 700
    assert out.stat().st_size > 10_000


def test_track_writes_what_replay_plays(tmp_path: Path) -> None:
    out = tmp_path / "motion.npz"
    done = run("track", CLIP, "--out", out, "--blendshapes", "mesh")
    assert done.returncode == 0, done.stderr
    with np.load(out) as arrays:
        assert set(arrays) >= {"blendshapes", "names", "rotation", "translation", "detected", "time"}
        assert arrays["blendshapes"].shape == (270, 52)
        assert tuple(arrays["names"]) == BLENDSHAPES
        assert arrays["rotation"].shape == arrays["translation"].shape == (270, 3)
        assert arrays["detected"].all()
    assert len(motion.load(out)) == 270
    done = run("live", "--tracker", out, "--output", "null", "--seconds", "1")
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("live", "--source", "nothing.mp4"), "nothing.mp4"),
        (("live", "--source", __file__, "--output", "null"), "can't be read"),
        (("animate", CLIP, "--avatar", "nobody", "--out", "out.mp4"), "nobody"),
        (("track", "nothing.mp4", "--out", "out.npz"), "nothing.mp4"),
        (("live", "--set", "puppet.size=1"), "puppet.size"),
    ],
)
def test_what_fails_says_why_in_a_sentence(words: tuple[str | Path, ...], said: str) -> None:
    done = run(*words)
    assert done.returncode == 1
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_a_failed_output_is_told_while_the_rest_goes_on(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    words = ("live", "--tracker", "idle", "--output", "null", tmp_path / "file" / "out.mp4", "--seconds", "2", "--json")
    done = run(*words)
    assert done.returncode == 1
    assert "recorder" in done.stderr
    assert json.loads(done.stdout.splitlines()[-1])["pictures"]["null"] > 5


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there always is a display")
@pytest.mark.slow
def test_without_a_display_the_demo_is_rendered(tmp_path: Path) -> None:
    words = [sys.executable, "-m", "vtuber_app"]
    hidden = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    environment = {name: value for name, value in os.environ.items() if name not in hidden}
    environment["PYTHONPATH"] = str(paths.ROOT)
    done = subprocess.run(words, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=300, check=True)
    assert "no display" in done.stdout
    assert "frames/s" in done.stdout
    assert (tmp_path / "demo" / "demo.mp4").stat().st_size > 1_000_000
    assert (tmp_path / "demo" / "demo.png").exists()


def test_animate_turns_the_avatar_as_the_video_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from vtuber_app import cli
    from vtuber_app.settings import AppSettings
    from vtuber_app.tools import animate as tool

    mirrored: list[bool] = []

    def note(video: Path, chosen: AppSettings, *_: object) -> tool.Animated:
        mirrored.append(chosen.pose.mirrored)
        return tool.Animated(1, 0)

    monkeypatch.setattr(tool, "animate", note)
    cli.animate(CLIP, avatar="ren", out=tmp_path / "out.mp4")
    cli.animate(CLIP, avatar="ren", out=tmp_path / "out.mp4", set_=["pose.mirrored=true"])
    assert mirrored == [False, True]
