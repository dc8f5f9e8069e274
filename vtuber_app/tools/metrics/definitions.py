"""The papers' formulas, on numbers: no pictures and no networks here."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating[Any]]
Found = NDArray[np.bool_]

ACTIVE = 0.5
"""From which strength on an action unit counts as shown."""


def keypoint_distance(generated: Array, real: Array) -> float:
    """AKD of one frame: the mean absolute difference of coordinates (K, 2), not the mean of Euclidean distances.

    Source: Siarohin et al., pose-evaluation, cmp_kp.
    """
    return float(np.abs(generated - real).mean())


def missing_share(generated: Found, real: Found) -> float | None:
    """MKR of one frame: of the points (K,) found in the real one, the share missing in the other; None without any."""
    return float((real & ~generated).sum() / real.sum()) if real.any() else None


def identity_distance(generated: Array, real: Array) -> float:
    """AED of one frame: the sum of squared differences of unit vectors (D,), though papers write Euclidean."""
    return float(np.square(generated - real).sum())


def cosine(a: Array, b: Array) -> float:
    """Of the angle between two vectors (D,)."""
    return float(a @ b / (np.linalg.norm(a) * np.linalg.norm(b)))


def pose_error(generated_deg: Array, real_deg: Array) -> float:
    """PRMSE of one frame: the root of the mean squared difference of three angles (3,), degrees."""
    return float(np.sqrt(np.square(generated_deg - real_deg).mean()))


def equal_states(generated: Array, real: Array) -> float:
    """AUCON of one frame: the share of action units (U,) that are shown in both or in neither."""
    return float(((generated > ACTIVE) == (real > ACTIVE)).mean())


class Gaussian:
    """Mean and covariance of features, kept without the features.

    Args:
        size: Numbers a feature has.

    Attributes:
        count: How many there were.
        mean: (D,).
    """

    def __init__(self, size: int) -> None:
        self.count = 0
        self.mean = np.zeros(size)
        self._spread = np.zeros((size, size))

    def add(self, features: Array) -> None:
        """Take in a batch (N, D).

        Source: Chan, Golub, LeVeque, Updating formulae and a pairwise algorithm for computing sample variances, 1979.
        """
        features = features.astype(np.float64)
        mean = features.mean(axis=0)
        away, off = features - mean, mean - self.mean
        total = self.count + len(features)
        self._spread += away.T @ away + np.outer(off, off) * (self.count * len(features) / total)
        self.mean = self.mean + off * (len(features) / total)
        self.count = total

    @property
    def covariance(self) -> NDArray[np.float64]:
        """(D, D), of a sample: divided by one less than the count."""
        return self._spread / (self.count - 1)


def frechet(one: Gaussian, other: Gaussian) -> float:
    """Frechet distance of two Gaussians: |m1 - m2|^2 + tr(C1 + C2 - 2 (C1 C2)^(1/2)).

    The eigenvalues of C1 C2 are those of the symmetric C1^(1/2) C2 C1^(1/2), so that no complex root is taken.

    Source: Heusel et al., GANs Trained by a Two Time-Scale Update Rule, NeurIPS 2017.
    """
    values, vectors = np.linalg.eigh(one.covariance)
    root = (vectors * np.sqrt(np.clip(values, 0, None))) @ vectors.T
    product = np.linalg.eigvalsh(root @ other.covariance @ root)
    traces = np.trace(one.covariance) + np.trace(other.covariance)
    return float(np.square(one.mean - other.mean).sum() + traces - 2 * np.sqrt(np.clip(product, 0, None)).sum())
