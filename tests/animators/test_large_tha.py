"""Large networks of Talking Head Anime drawn by lot, in place of the published ones, and every way to run them."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from vtuber_app import plugins, store
from vtuber_app.animators.tha3 import Tha3, Tha3Settings
from vtuber_app.avatars import gallery
from vtuber_app.avatars.square import square
from vtuber_app.core.types import INDEX, Driving, FaceState
from vtuber_app.runtime.network import Network, available
from vtuber_app.runtime.route import RuntimeSettings

torch = pytest.importorskip("torch")

ALPHA = {"tha1": "kept", "tha2": "cleared", "tha4": "premultiplied"}


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("kind", list(ALPHA))
def test_every_picture_is_that_of_the_whole_poser(kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from vtuber_app.nets import tha_picture
    from vtuber_app.tools.bench_networks import calmed

    part: Any = plugins.animators[kind]
    settings = part.settings_class()(engine="torch", device="cpu", steps="exact")
    poser = calmed(part(settings).poser()).eval()
    folder = tmp_path / kind
    folder.mkdir()
    for name in part.networks:
        torch.save(poser.get_submodule(name).state_dict(), folder / f"{name}.pt")
    monkeypatch.setenv("VTUBER_MODELS", str(tmp_path))
    store.accept(kind)
    avatar = gallery.load("sora")
    shapes = np.zeros(52, np.float32)
    shapes[[INDEX["jawOpen"], INDEX["eyeBlinkLeft"]]] = 0.5
    moments = [Driving(1.0, FaceState(shapes, np.array([0, turn, 0.1], np.float32))) for turn in (0.1, -0.1)]
    with part(settings) as animator, torch.inference_mode():
        animator.set_avatar(avatar)
        image = tha_picture.network_input(square(avatar.pixels, part.size), ALPHA[kind])  # type: ignore[arg-type]
        for driving in moments:
            picture = animator.render(driving).pixels
            expected = tha_picture.pixels(poser(image, torch.from_numpy(animator.pose(driving))[None]), kind == "tha4")
            assert picture.shape == (part.size, part.size, 4)
            seen = expected[..., 3] > 8  # colours that can hardly be seen are divided by nearly nothing
            assert np.abs(picture.astype(int) - expected)[seen].max() <= 1
        assert ("non-commercial" in (animator.notice or "")) == (kind == "tha4")


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("variant", ["separable_float", "standard_float"])
def test_every_engine_on_the_processor_gives_the_right_picture(variant: str) -> None:
    from vtuber_app.tools.bench_networks import drawn

    with Network(drawn(Tha3(Tha3Settings.model_validate({"variant": variant}))), RuntimeSettings(device="cpu")) as net:
        measured = net.prepared.measured
        assert net.notice is None
    assert len(measured) == len([route for route in available() if route.device == "cpu"]) - 1  # without bfloat16
    assert not [entry for entry in measured.values() if "refused" in entry]


@pytest.mark.gpu
@pytest.mark.parametrize("kind", ["tha1", "tha2", "tha3", "tha4", "tha4_student"])
def test_a_graphics_card_gives_the_right_picture(kind: str) -> None:
    from vtuber_app.tools.bench_networks import drawn

    if all(route.device == "cpu" for route in available()):
        pytest.skip("no graphics card that networks can use")
    part: Any = plugins.animators[kind]
    wanted = RuntimeSettings(device="gpu")
    plan = drawn(part(part.settings_class()()))
    with Network(plan, wanted) as net:
        assert net.notice is None
        assert net.route.precision == "float16"
        given = plan.sample()
        net.put("picture", given["picture"])
        assert net.run(given["pose"]) is not None
