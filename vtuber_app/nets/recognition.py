"""Whose networks a file holds, by the names of its parameters."""

SYSTEMS = {
    "inpainting_network.": "Thin-Plate Spline Motion Model",
    "he_estimator.": "face-vid2vid",
    "generator.appearance_encoder.": "monkey-net",
    "generator.AttnModule.": "DaGAN",
    "generator.dense_motion_network.": "First Order Motion Model",
    "model_down_seg.": "vid2vid",
    "model_down_img.": "vid2vid",
    "encoder.encoder.layer1.": "a depth network",
}
"""Systems, and how a parameter's name begins that only they have; the first that fits."""


def system(names: set[str]) -> str | None:
    """The system's title; None if it is none that we know.

    Args:
        names: Of parameters, after their network's name where a file holds several.
    """
    return next((title for start, title in SYSTEMS.items() if any(name.startswith(start) for name in names)), None)
