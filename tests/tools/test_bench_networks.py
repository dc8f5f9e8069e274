"""The bench of networks, and that what it calls published and ours make the same pictures."""

import json

import numpy as np
import pytest

from vtuber_app import cli
from vtuber_app.animators.monkeynet import MonkeyNet, MonkeyNetSettings
from vtuber_app.animators.tha import sample
from vtuber_app.animators.tha4_student import Tha4Student, Tha4StudentSettings
from vtuber_app.core.errors import SettingsError
from vtuber_app.settings import AppSettings
from vtuber_app.tools import bench_networks

torch = pytest.importorskip("torch")


def seen(pixels: np.ndarray) -> np.ndarray:
    """Colours as they show over black: where hardly anything is seen, they are divided by nearly nothing."""
    return pixels[..., :3] * (pixels[..., 3:] / 255)


def test_published_and_ours_make_the_same_picture() -> None:
    plan = bench_networks.drawn(Tha4Student(Tha4StudentSettings()))
    given = plan.sample()
    from vtuber_app.tools.published import Published

    published = Published(plan.modules(), given["picture"], "cpu")
    pixels = published(given["pose"])
    modules = plan.modules()
    pose = torch.from_numpy(given["pose"])[None]
    with torch.inference_mode():
        image = modules["picture"](torch.from_numpy(np.array(given["picture"])))
        ours, _ = modules["head"](modules["face"](image, pose[:, :39]), pose)
    difference = np.abs(seen(pixels) - seen(ours.numpy()))
    assert difference.mean() < 0.1
    assert np.percentile(difference, 99.9) <= 3  # dark colours are steep in sRGB
    assert set(published.seconds) == {"face_morpher", "body_morpher"}
    assert all(len(seconds) == 1 for seconds in published.seconds.values())


def test_ours_is_put_back() -> None:
    from vtuber_app.nets import tha4_student
    from vtuber_app.tools.published import as_published

    ours = tha4_student.level
    with as_published():
        assert tha4_student.level is not ours
    assert tha4_student.level is ours


def test_poses_move_what_they_say() -> None:
    rest = sample(512, 45)["pose"]
    poses = np.array(bench_networks.all_moving(rest, 4))
    assert (np.diff(poses, axis=0) != 0).all()
    heads = np.array(bench_networks.head_moving(rest, 4))
    assert (heads[:, :39] == heads[0, :39]).all()
    assert (np.diff(heads[:, 39:], axis=0) != 0).all()
    small = np.array(bench_networks.head_moving(sample(256, 6)["pose"], 4))
    assert (small[:, 3:] == small[0, 3:]).all()
    assert (np.diff(small[:, :3], axis=0) != 0).all()


def test_what_has_no_networks_is_told() -> None:
    with pytest.raises(SettingsError, match="Puppet has no networks"):
        bench_networks.bench(AppSettings(animator="puppet"), 1, lambda *_: None)


@pytest.mark.slow
def test_the_command_prints_ratios(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.bench(animator="tha4_student", repeats=3, set_=["tha4_student.device=cpu"], json_=True) == 0
    numbers = json.loads(capsys.readouterr().out)
    assert numbers["weights"].startswith("drawn by lot")
    assert set(numbers["published"]) >= {"face_morpher", "body_morpher", "whole, all moving", "whole, head only"}
    assert set(numbers["ours"]) >= {"picture", "face", "head", "whole, all moving"}
    assert numbers["ratios"]["all moving"] > 1
    whole = numbers["ours"]["whole, all moving"]
    assert 0 < whole["p5"] <= whole["median"] <= whole["p95"]


def test_image_animation_as_published_makes_the_same_picture() -> None:
    from vtuber_app.tools import bench_animation

    animator = MonkeyNet(MonkeyNetSettings(variant="nemo"))
    with bench_animation.drawn(animator) as plan:
        published, modules, given = bench_animation.Published(plan, "cpu"), plan.modules(), dict(plan.sample())
        given.pop("pose")
        pixels = published(given["driving"])
        values = {name: torch.from_numpy(np.array(array)) for name, array in given.items()}
        with torch.inference_mode():
            for step in plan.steps:
                module = modules[step.name].eval()
                values |= zip(step.gives, module(*(values[name] for name in step.takes)), strict=True)
        assert np.abs(pixels.astype(int) - values["pixels"].numpy()).max() <= 1
        assert set(published.seconds) == {"source", "frame", "picture"}
        shifted = published(np.roll(given["driving"], 16, axis=1))
        assert plan.sample()["driving"].shape == (64, 64, 3)
        assert not np.array_equal(pixels, shifted)
