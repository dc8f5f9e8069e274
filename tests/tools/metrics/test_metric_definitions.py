"""The papers' formulas against recorded values, closed forms, and other computations."""

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from tests.parity import recipe
from vtuber_app.avatars import pictures
from vtuber_app.tools import quality
from vtuber_app.tools.metrics import definitions
from vtuber_app.tools.metrics.definitions import Gaussian, frechet

Array = NDArray[np.float64]


@pytest.fixture
def recorded(shared: Path) -> dict[str, Any]:
    file = shared / "data" / "animation" / "metrics_reference.json"
    if not file.exists():
        pytest.skip("no recorded values beside this checkout")
    values: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return values


def drawn(name: str, shape: tuple[int, ...], low: float = -1, high: float = 1) -> Array:
    return recipe.array(f"metrics.{name}", shape, low, high).astype(np.float64)


def picture_pair(picture: NDArray[np.uint8]) -> tuple[Array, Array]:
    """A picture and a noisy one, 0…255, as float32 in 0…1 has them."""
    a = (picture[..., :3].astype(np.float32) / np.float32(255)).transpose(2, 0, 1)
    noise = recipe.array("metrics.noise", (1, 3, *picture.shape[:2]), -0.15, 0.15)[0]
    return tuple(255 * each.transpose(1, 2, 0).astype(np.float64) for each in (a, np.clip(a + noise, 0, 1)))  # type: ignore[return-value]


def test_pictures(recorded: dict[str, Any], shared: Path) -> None:
    a, b = picture_pair(pictures.read(shared / "data" / "animation" / "astronaut_256.png"))
    want = recorded["image_pair"]
    assert np.abs(a - b).mean() / 255 == pytest.approx(want["L1"], rel=1e-6)
    assert np.square(a - b).mean() / 255**2 == pytest.approx(want["MSE"], rel=1e-6)
    assert quality.psnr(a, b) == pytest.approx(want["PSNR_data_range_1"], rel=1e-6)
    assert quality.psnr(a, np.round(b)) == pytest.approx(want["uint8_rounded_PSNR_255"], rel=1e-6)
    # These were recorded in float32, whose own error is some 5e-6; the next test is exact.
    grey = [cv2.cvtColor(each.astype(np.float32), cv2.COLOR_RGB2GRAY) for each in (a, b)]
    found = {
        "SSIM_torchmetrics_defaults_data_range_1": quality.ssim(a, b),
        "SSIM_skimage_gaussian_as_Wang2004": quality.ssim(a, b, inner=True),
        "SSIM_skimage_defaults_uniform7": quality.ssim(a, b, uniform=True, inner=True),
        "SSIM_skimage_gray_gaussian": quality.ssim(*grey, inner=True),
        "MS_SSIM_torchmetrics_data_range_1": quality.ms_ssim(a, b),
    }
    for name, value in found.items():
        assert value == pytest.approx(want[name], abs=6e-6), name


def test_ssim_is_that_of_a_plain_sum_over_windows() -> None:
    rng = np.random.default_rng(1)
    a = rng.uniform(0, 255, (24, 20, 3))
    b = np.clip(a + rng.normal(0, 30, a.shape), 0, 255)

    def plain(weights: Array, sample: float) -> float:
        side, values = len(weights), []
        for y in range(a.shape[0] - side + 1):
            for x in range(a.shape[1] - side + 1):
                for c in range(3):
                    p, q = a[y : y + side, x : x + side, c], b[y : y + side, x : x + side, c]
                    mp, mq = (weights * p).sum(), (weights * q).sum()
                    vp, vq = (weights * (p - mp) ** 2).sum() * sample, (weights * (q - mq) ** 2).sum() * sample
                    both = (weights * (p - mp) * (q - mq)).sum() * sample
                    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
                    values.append((2 * mp * mq + c1) * (2 * both + c2) / ((mp**2 + mq**2 + c1) * (vp + vq + c2)))
        return float(np.mean(values))

    bell = np.exp(-(np.arange(-5, 6) ** 2) / (2 * 1.5**2))
    gaussian = np.outer(bell, bell) / bell.sum() ** 2
    assert quality.ssim(a, b, inner=True) == pytest.approx(plain(gaussian, 1), abs=1e-9)
    assert quality.ssim(a, b, uniform=True, inner=True) == pytest.approx(
        plain(np.full((7, 7), 1 / 49), 49 / 48), abs=1e-9
    )


def test_torchmetrics_says_the_same_of_pictures() -> None:
    torch = pytest.importorskip("torch")
    image = pytest.importorskip("torchmetrics.functional.image")
    rng = np.random.default_rng(2)
    a = cv2.GaussianBlur(rng.uniform(0, 255, (192, 176, 3)), (0, 0), 2)
    b = np.clip(a + rng.normal(0, 20, a.shape), 0, 255)
    one, other = (torch.from_numpy(each.transpose(2, 0, 1)[None] / 255) for each in (b, a))
    psnr = image.peak_signal_noise_ratio(one, other, data_range=1.0).item()
    assert quality.psnr(a, b) == pytest.approx(psnr, rel=1e-6)  # its logarithm is of float32
    ssim = image.structural_similarity_index_measure(one, other, data_range=1.0).item()
    assert quality.ssim(a, b) == pytest.approx(ssim, abs=1e-6)
    ms_ssim = image.multiscale_structural_similarity_index_measure(one, other, data_range=1.0).item()
    assert quality.ms_ssim(a, b) == pytest.approx(ms_ssim, abs=1e-6)


def test_keypoints(recorded: dict[str, Any]) -> None:
    want = recorded["keypoints"]
    real = drawn("landmarks", (6, 68, 2), 20, 236)
    generated = real + drawn("landmark_error", (6, 68, 2), -3, 3)
    akd = [definitions.keypoint_distance(g, r) for g, r in zip(generated, real, strict=True)]
    assert np.mean(akd) == pytest.approx(want["AKD_face_pose_evaluation"], abs=1e-6)
    assert np.mean(np.delete(akd, 2)) == pytest.approx(want["AKD_face_prediction_missing_in_frame_2_skipped"], abs=1e-6)
    lost = drawn("missing", (6, 18), 0, 1)
    there, found = lost >= 0.15, (lost <= 0.15) | (lost >= 0.35)
    both = there & found
    bodies = [definitions.keypoint_distance(generated[i, :18][both[i]], real[i, :18][both[i]]) for i in range(6)]
    assert np.mean(bodies) == pytest.approx(want["AKD_body"], abs=1e-6)
    shares = [definitions.missing_share(f, t) for f, t in zip(found, there, strict=True)]
    assert None not in shares
    assert np.mean([share for share in shares if share is not None]) == pytest.approx(want["MKR_body"], abs=1e-6)


def test_a_body_that_is_nowhere_has_no_missing_share() -> None:
    nothing = np.zeros(18, bool)
    assert definitions.missing_share(nothing, nothing) is None
    assert definitions.missing_share(nothing, ~nothing) == 1


def test_identity(recorded: dict[str, Any]) -> None:
    want = recorded["identity"]

    def unit(rows: Array) -> Array:
        return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True))

    real = unit(drawn("embedding", (6, 128)))
    generated = unit(real + drawn("embedding_error", (6, 128), -0.05, 0.05))
    pairs = list(zip(generated, real, strict=True))
    aed = np.mean([definitions.identity_distance(*pair) for pair in pairs])
    assert aed == pytest.approx(want["AED_pose_evaluation_mean_squared_L2"], abs=1e-6)
    csim = np.mean([definitions.cosine(*pair) for pair in pairs])
    assert csim == pytest.approx(want["CSIM_mean_cosine"], abs=1e-6)
    assert aed == pytest.approx(2 - 2 * csim, abs=1e-12)  # of unit vectors


def test_pose_and_expression(recorded: dict[str, Any]) -> None:
    want = recorded["pose_and_expression"]
    real = drawn("pose", (6, 3), -30, 30)
    generated = real + drawn("pose_error", (6, 3), -5, 5)
    found = np.mean([definitions.pose_error(g, r) for g, r in zip(generated, real, strict=True)])
    assert found == pytest.approx(want["PRMSE_mean_over_images_of_rms_of_3_angles"], abs=1e-6)
    units = drawn("action_units", (6, 20), 0, 1)
    shown = np.clip(units + drawn("action_unit_error", (6, 20), -0.4, 0.4), 0, 1)
    alike = np.mean([definitions.equal_states(g, r) for g, r in zip(shown, units, strict=True)])
    assert alike == pytest.approx(want["AUCON_share_of_equal_states"], abs=1e-6)


def test_clip(recorded: dict[str, Any]) -> None:
    want = recorded["clip"]
    text = drawn("clip_text", (1, 512))
    frames = drawn("clip_frames", (8, 512)) + 0.5 * text
    found = np.mean([definitions.cosine(text[0], frame) for frame in frames])
    assert found == pytest.approx(want["CLIPSIM_mean_cosine_text_frame"], abs=1e-6)
    apart = np.mean([definitions.cosine(a, b) for a, b in pairwise(frames)])
    assert apart == pytest.approx(want["frame_consistency_mean_cosine_of_neighbours"], abs=1e-6)


def of(features: Array, batch: int = 7) -> Gaussian:
    gaussian = Gaussian(features.shape[1])
    for start in range(0, len(features), batch):
        gaussian.add(features[start : start + batch])
    return gaussian


def test_frechet(recorded: dict[str, Any]) -> None:
    real = drawn("features_real", (64, 16))
    fake = 0.8 * drawn("features_fake", (80, 16)) + 0.1
    want = recorded["frechet"]["frechet_distance_unbiased_covariance"]
    assert frechet(of(fake), of(real)) == pytest.approx(want, abs=1e-6)
    assert frechet(of(real), of(real, 64)) == pytest.approx(0, abs=1e-6)


def exactly(mean: Array, covariance: Array) -> Gaussian:
    """Of features that have just that mean and covariance."""
    size = len(mean)
    corners = np.vstack([np.eye(size), -np.eye(size)]) * np.sqrt((2 * size - 1) / 2)
    return of(mean + corners @ np.linalg.cholesky(covariance).T, 5)


def test_frechet_of_gaussians_in_closed_form() -> None:
    rng = np.random.default_rng(3)
    a, b = rng.normal(size=(2, 6))
    turn = np.linalg.qr(rng.normal(size=(6, 6)))[0]
    p, q = rng.uniform(0.2, 3, (2, 6))
    one, other = exactly(a, turn * p @ turn.T), exactly(b, turn * q @ turn.T)
    # Covariances that commute: the roots of their eigenvalues subtract.
    closed = np.square(a - b).sum() + np.square(np.sqrt(p) - np.sqrt(q)).sum()
    assert frechet(one, other) == pytest.approx(closed, abs=1e-9)
    # Any two of two dimensions: tr (AB)^(1/2) = (tr AB + 2 (det AB)^(1/2))^(1/2).
    c, d = (each @ each.T + np.eye(2) / 9 for each in rng.normal(size=(2, 2, 2)))
    root = np.sqrt(np.trace(c @ d) + 2 * np.sqrt(np.linalg.det(c @ d)))
    found = frechet(exactly(np.zeros(2), c), exactly(np.ones(2), d))
    assert found == pytest.approx(2 + np.trace(c) + np.trace(d) - 2 * root, abs=1e-9)


def test_running_moments_are_those_of_all_features_far_from_zero() -> None:
    features = 1e4 + np.random.default_rng(4).normal(size=(501, 5))
    gaussian = of(features, 16)
    assert gaussian.count == 501
    np.testing.assert_allclose(gaussian.mean, features.mean(axis=0), rtol=1e-12)
    np.testing.assert_allclose(gaussian.covariance, np.cov(features.T), atol=1e-8)
