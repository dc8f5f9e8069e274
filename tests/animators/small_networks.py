"""Networks of image animation so small that a test takes seconds, with numbers by lot."""

from pathlib import Path
from typing import Any

import torch

from vtuber_app import plugins
from vtuber_app.animators.image_animation import ImageAnimation
from vtuber_app.core import weights
from vtuber_app.core.parts import Animator
from vtuber_app.nets.depth import Depth
from vtuber_app.tools.train.animation import engine
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
    "dagan": {
        "kp_detector_params": HALF,
        "generator_params": {"block_expansion": 8, "max_features": 16, "dense_motion_params": HALF},
        "discriminator_params": JUDGE,
    },
    "facevid2vid": {
        "kp_detector_params": HALF | {"reshape_channel": 64, "reshape_depth": 4},
        "he_estimator_params": {"block_expansion": 8, "max_features": 64},
        "generator_params": {
            "block_expansion": 8,
            "max_features": 32,
            "feature_channel": 8,
            "reshape_channel": 8,
            "reshape_depth": 4,
            "num_resblocks": 1,
            "dense_motion_params": HOURGLASS | {"reshape_depth": 4},
        },
        "discriminator_params": JUDGE,
    },
}


torch.set_num_threads(1)  # small ones take longer on several


def trained(system: str, folder: Path, start_from: Path | None = None) -> Path:
    """A checkpoint as training leaves it; nothing has been learnt."""
    torch.manual_seed(0)
    config = configured(system, folder, start_from)
    training = named(system)(config)
    for name, parameter in training.named_parameters():
        if ".fc_" in name:  # numbers by lot would find the same head in all pictures
            parameter.data.mul_(100)
    Progress(config).save(training, {}, Place())
    return config.out / "checkpoint.pth.tar"


def configured(system: str, folder: Path, start_from: Path | None = None) -> Config:
    """Two steps of training on what is in `clips`."""
    few = {"reconstruction": (10, 10)} if system == "monkeynet" else {"feature_matching": (10,)}
    further: dict[str, Any] = depth(folder) if system == "dagan" else {}
    return Config(
        clips=folder / "clips",
        out=folder / system,
        size=SIZE,
        batch_size=2,
        num_epochs=1,
        num_repeats=4,
        device="cpu",
        network=NETWORKS[system.partition("_")[0]],
        loss_weights={} if system.startswith("tpsmm") else few,
        schedule={"bg_start": 0} if system == "tpsmm" else {},
        start_from=start_from,
        **further,
    )


def learning(system: str, folder: Path) -> dict[str, Any]:
    """The checkpoint after its training."""
    config = configured(system, folder)
    engine.train(named(system), config, lambda *_: None)
    return weights.load_checkpoint(config.out / "checkpoint.pth.tar")


def depth(folder: Path) -> dict[str, Path]:
    """The files of a depth network, by the settings that name them; its encoder holds more than numbers."""
    files = {f"depth_{name}": folder / f"{name}.pth" for name in ("encoder", "decoder")}
    if not files["depth_encoder"].exists():
        net = Depth()
        torch.save({"height": 64, "use_stereo": False, **net.encoder.state_dict()}, files["depth_encoder"])
        torch.save(net.decoder.state_dict(), files["depth_decoder"])
    return files


def opened(system: str, **settings: Any) -> ImageAnimation[Any]:
    """Its animator, for the processor."""
    kind: type[Animator[Any]] = plugins.animators[system]
    given = {"engine": "torch", "device": "cpu", "precision": "float32"} | settings
    if system == "dagan" and (checkpoint := settings.get("checkpoint")) and checkpoint.parent.parent.is_dir():
        given |= depth(checkpoint.parent.parent)
    animator = kind(kind.settings_class().model_validate(given))
    assert isinstance(animator, ImageAnimation)
    return animator
