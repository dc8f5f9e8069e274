"""Networks of image animation so small that a test takes seconds, with numbers by lot."""

from pathlib import Path
from typing import Any

import torch

from vtuber_app import plugins
from vtuber_app.animators.image_animation import ImageAnimation
from vtuber_app.core.parts import Animator
from vtuber_app.tools.train.animation.config import Config
from vtuber_app.tools.train.animation.progress import Place, Progress
from vtuber_app.tools.train.animation.systems import named

SIZE = 64
HOURGLASS = {"block_expansion": 4, "max_features": 16, "num_blocks": 2}
HALF = HOURGLASS | {"scale_factor": 0.5}
JUDGE = {"block_expansion": 4, "max_features": 8, "num_blocks": 1}
NETWORKS: dict[str, dict[str, dict[str, Any]]] = {
    "fom": {
        "kp_detector_params": HALF,
        "generator_params": {"block_expansion": 8, "max_features": 16, "dense_motion_params": HALF},
        "discriminator_params": JUDGE,
    },
    "monkeynet": {
        "kp_detector_params": HALF,
        "generator_params": HOURGLASS | {"num_refinement_blocks": 1, "dense_motion_params": HALF},
        "discriminator_params": JUDGE,
    },
    "tpsmm": {
        "kp_detector_params": {"num_tps": 3},
        "dense_motion_network_params": HALF | {"num_tps": 3},
        "inpainting_network_params": {"block_expansion": 8, "max_features": 16, "num_down_blocks": 3},
        "avd_network_params": {"num_tps": 3},
    },
}


torch.set_num_threads(1)  # small ones take longer on several


def trained(system: str, folder: Path, start_from: Path | None = None) -> Path:
    """A checkpoint as training leaves it; nothing has been learnt."""
    torch.manual_seed(0)
    network = NETWORKS[system.partition("_")[0]]
    config = Config(clips=folder, out=folder / system, size=SIZE, network=network, start_from=start_from)
    Progress(config).save(named(system)(config), {}, Place())
    return config.out / "checkpoint.pth.tar"


def opened(system: str, **settings: object) -> ImageAnimation[Any]:
    """Its animator, for the processor."""
    kind: type[Animator[Any]] = plugins.animators[system]
    given = {"engine": "torch", "device": "cpu", "precision": "float32"} | settings
    animator = kind(kind.settings_class().model_validate(given))
    assert isinstance(animator, ImageAnimation)
    return animator
