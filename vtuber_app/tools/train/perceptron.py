"""Fits the small network of `pose/mesh_blendshapes.py`, with NumPy alone: it takes a minute."""

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from vtuber_app.pose.mesh_blendshapes import LEAK

Array = NDArray[np.float32]

BATCH = 512
RATE = 2e-3
DECAY = 1e-3


class Perceptron:
    """Layers with leaky rectifiers, and sigmoids at the end.

    Args:
        sizes: Of the input, of each hidden layer, and of the output.
        random: Draws the first weights and the batches.
    """

    def __init__(self, sizes: list[int], random: np.random.Generator) -> None:
        self.random = random
        self.mean: Array = np.zeros(sizes[0], np.float32)
        self.scale: Array = np.ones(sizes[0], np.float32)
        self.weights = [
            random.normal(0, np.sqrt(2 / n_in), (n_in, n_out)).astype(np.float32) for n_in, n_out in pairwise(sizes)
        ]
        self.weights[-1] *= np.float32(0.1)
        self.biases = [np.zeros(size, np.float32) for size in sizes[1:]]

    def __call__(self, inputs: Array) -> Array:
        """(N, outputs) in 0…1 of (N, inputs)."""
        return self._layers((inputs - self.mean) / self.scale)[-1]

    def _layers(self, x: Array) -> list[Array]:
        values = [x]
        for weight, bias in zip(self.weights[:-1], self.biases[:-1], strict=True):
            x = x @ weight + bias
            values.append(x := np.maximum(x, LEAK * x))
        values.append(1 / (1 + np.exp(-(x @ self.weights[-1] + self.biases[-1]))))
        return values

    def fit(self, inputs: Array, targets: Array, n_epochs: int) -> None:
        """Learn by Adam on the cross-entropy, its rate falling as a cosine.

        Args:
            inputs: (N, inputs).
            targets: (N, outputs) in 0…1.
            n_epochs: How often each example is seen.
        """
        self.mean, self.scale = inputs.mean(0), inputs.std(0) + np.float32(1e-3)
        inputs = (inputs - self.mean) / self.scale
        parameters = self.weights + self.biases
        mean = [np.zeros_like(p) for p in parameters]
        square = [np.zeros_like(p) for p in parameters]
        n_batches = len(inputs) // BATCH
        for step in range(n_epochs * n_batches):
            if step % n_batches == 0:
                order = self.random.permutation(len(inputs))
            chosen = order[step % n_batches * BATCH :][:BATCH]
            gradients = self._gradients(inputs[chosen], targets[chosen])
            rate = RATE * (1 + np.cos(np.pi * step / (n_epochs * n_batches))) / 2
            for i, gradient in enumerate(gradients):
                mean[i] += np.float32(0.1) * (gradient - mean[i])
                square[i] += np.float32(0.001) * (gradient**2 - square[i])
                update = mean[i] / (1 - 0.9 ** (step + 1)) / (np.sqrt(square[i] / (1 - 0.999 ** (step + 1))) + 1e-8)
                decay = DECAY if i < len(self.weights) else 0.0
                parameters[i] -= (rate * (update + decay * parameters[i])).astype(np.float32)

    def _gradients(self, inputs: Array, targets: Array) -> list[Array]:
        values = self._layers(inputs)
        error = (values[-1] - targets) / np.float32(len(inputs))
        for_weights, for_biases = [], []
        for i in reversed(range(len(self.weights))):
            for_weights.append(values[i].T @ error)
            for_biases.append(error.sum(0))
            if i:
                error = (error @ self.weights[i].T) * np.where(values[i] > 0, np.float32(1), LEAK)
        return for_weights[::-1] + for_biases[::-1]
