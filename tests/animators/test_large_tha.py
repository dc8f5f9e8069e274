"""Talking Head Anime 1, 2 and 4 with networks drawn by lot, in place of the published ones."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from vtuber_app import plugins, store
from vtuber_app.avatars import gallery
from vtuber_app.avatars.square import square
from vtuber_app.core.types import INDEX, Driving, FaceState

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
