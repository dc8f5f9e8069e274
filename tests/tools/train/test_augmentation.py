import numpy as np
from numpy.typing import NDArray

from vtuber_app.tools.train.animation.augment import Augmentation, augment

NOTHING = Augmentation(time_flip=False, horizontal_flip=False)


def sample() -> NDArray[np.uint8]:
    """Two frames that differ in time and from left to right."""
    frames = np.zeros((2, 16, 16, 3), np.uint8)
    frames[0, :, :4, 0] = 200
    frames[1, :, 8:10, 1] = 120
    return frames


def test_nothing_changes_nothing() -> None:
    assert np.array_equal(augment(sample(), NOTHING, np.random.default_rng(0)), sample().astype(np.float32) / 255)


def test_time_or_sides_are_exchanged_never_both() -> None:
    frames = sample().astype(np.float32) / 255
    ways = {"as it is": frames, "time": frames[::-1], "sides": frames[:, :, ::-1]}
    rng, seen = np.random.default_rng(1), dict.fromkeys(ways, 0)
    for _ in range(200):
        result = augment(sample(), Augmentation(), rng)
        [name] = [name for name, way in ways.items() if np.array_equal(result, way)]
        seen[name] += 1
    assert abs(seen["time"] - 100) < 25
    assert abs(seen["sides"] - 50) < 25


def test_both_frames_change_alike() -> None:
    still = np.repeat(np.random.default_rng(2).integers(0, 256, (1, 24, 24, 3), np.uint8), 2, axis=0)
    how = Augmentation(brightness=0.1, contrast=0.1, saturation=0.1, hue=0.1, rotation_deg=20, resize=(0.9, 1.1))
    rng = np.random.default_rng(3)
    for _ in range(20):
        first, second = augment(still, how, rng)
        assert np.array_equal(first, second)
        assert first.dtype == np.float32
        assert 0 <= first.min() <= first.max() <= 1
        assert np.abs(first - still[0] / 255).mean() > 0.01


def test_brightness_multiplies() -> None:
    grey = np.full((2, 8, 8, 3), 100, np.uint8)
    factors = [
        float(augment(grey, NOTHING.model_copy(update={"brightness": 0.1}), np.random.default_rng(seed)).mean()) * 2.55
        for seed in range(100)
    ]
    assert 0.9 <= min(factors) < 0.92
    assert 1.08 < max(factors) <= 1.1


def test_hue_keeps_greys_and_turns_colours() -> None:
    frames = np.zeros((1, 2, 2, 3), np.uint8)
    frames[0, 0], frames[0, 1, :, 0] = 90, 255
    turned = augment(frames, NOTHING.model_copy(update={"hue": 0.5}), np.random.default_rng(0))[0]
    assert np.allclose(turned[0], 90 / 255, atol=1e-5)
    assert turned[1].max() > 0.99
    assert not np.allclose(turned[1], [1, 0, 0], atol=0.05)
