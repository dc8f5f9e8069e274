"""Measures of likeness, against values that can be worked out by hand."""

import numpy as np
import pytest

from vtuber_app.tools.quality import C1, psnr, ssim


def test_psnr_of_a_known_difference() -> None:
    a = np.full((8, 8, 3), 100, np.float32)
    assert psnr(a, a + 10) == pytest.approx(20 * np.log10(25.5), abs=1e-4)


def test_ssim_of_flat_pictures_is_that_of_their_brightness() -> None:
    a, b = np.full((32, 32, 3), 100, np.float32), np.full((32, 32, 3), 150, np.float32)
    assert ssim(a, b) == pytest.approx((2 * 100 * 150 + C1) / (100**2 + 150**2 + C1), abs=1e-3)


def test_ssim_tells_noise_from_another_brightness() -> None:
    rng = np.random.default_rng(0)
    a = rng.uniform(0, 255, (64, 64, 3)).astype(np.float32)
    assert ssim(a, a) == pytest.approx(1, abs=1e-4)
    assert ssim(a, 0.9 * a) > 0.95
    assert abs(ssim(a, rng.permuted(a))) < 0.1
