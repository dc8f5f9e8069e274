"""What to train, on what, how long: one TOML file."""

import tomllib
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError

from vtuber_app.core.errors import SettingsError
from vtuber_app.core.settings import Settings
from vtuber_app.tools.train.animation.augment import Augmentation


class Config(Settings):
    """A training. The defaults are those that the papers share; numbers by the published names where there are any.

    Attributes:
        clips: The folder with videos; see `clips.Clips`. Relative to the configuration's own folder, like all files.
        out: The folder for checkpoints, curves and strips of samples.
        size: Of the square pictures, px.
        batch_size: Samples a step, in each process.
        num_epochs: How often all videos are seen, `num_repeats` samples of each.
        minutes: Stop after that, whatever is missing; 0 for no limit.
        lr: Adam's step size, a tenth of it after each of `epoch_milestones`.
        vgg19: Its parameters, as torchvision names them, for the perceptual loss; without it there is none.
        hopenet: Its parameters, for face-vid2vid: it teaches how heads are turned; without it nobody does.
        depth_encoder: DaGAN's depth network, encoder.pth.
        depth_decoder: Of the same, depth.pth.
        spade: The larger generator of DaGAN and face-vid2vid.
        start_from: A published checkpoint to go on from.
        network: Hyper-parameters: `kp_detector_params` and so on.
        loss_weights: By their published names.
        schedule: What of it changes with the epochs, by the published names, where a system has such things.
    """

    clips: Path
    out: Path
    size: int = Field(256, ge=32, le=1024)
    batch_size: int = Field(8, ge=1)
    num_epochs: int = Field(100, ge=1)
    num_repeats: int = Field(75, ge=1)
    minutes: float = Field(0, ge=0)
    lr: float = Field(2e-4, gt=0)
    epoch_milestones: tuple[int, ...] = (60, 90)
    vgg19: Path | None = None
    hopenet: Path | None = None
    depth_encoder: Path | None = None
    depth_decoder: Path | None = None
    spade: bool = False
    start_from: Path | None = None
    device: str = "auto"
    seed: int = 0
    network: dict[str, dict[str, Any]] = Field(default_factory=dict)
    loss_weights: dict[str, Any] = Field(default_factory=dict)
    schedule: dict[str, Any] = Field(default_factory=dict)
    augmentation: Augmentation = Augmentation(brightness=0.1, contrast=0.1, saturation=0.1, hue=0.1)


def read(file: Path) -> Config:
    """Read a configuration.

    Raises:
        SettingsError: It is missing, no TOML, or says what can't be.
    """
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8"))
        config = Config.model_validate(content)
    except OSError as error:
        raise SettingsError(f"The configuration {file} can't be read: {error.strerror}.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{file.name} is no TOML: {error}.") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(place) for place in first["loc"])
        raise SettingsError(f"{file.name}: {where}: {first['msg']}.") from error
    paths = {name: value for name, value in config if isinstance(value, Path)}
    return config.model_copy(update={name: file.parent / path for name, path in paths.items()})
