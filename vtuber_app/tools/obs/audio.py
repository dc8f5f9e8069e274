"""Microphones in OBS, delayed so that voice and lips meet."""

from dataclasses import dataclass

from vtuber_app.tools.obs import scenes
from vtuber_app.tools.obs.protocol import Obs

MICROPHONES = ("pulse_input_capture", "alsa_input_capture", "wasapi_input_capture", "coreaudio_input_capture")
"""How the kinds of inputs begin that are microphones."""
LONGEST_MS = 20000
"""The longest delay that OBS has."""


@dataclass(frozen=True, slots=True)
class Delay:
    """A microphone's sync offset, as it is now and as it was, ms."""

    microphone: str
    now_ms: int
    before_ms: int


def delay(obs: Obs, scene: str, latency: float) -> tuple[Delay, ...]:
    """Give every microphone that is heard in the scene that delay, s."""
    now = min(max(round(latency * 1000), 0), LONGEST_MS)
    delays = []
    for name in microphones(obs, scene):
        before = round(obs.ask("GetInputAudioSyncOffset", inputName=name)["inputAudioSyncOffset"])
        if before != now:
            obs.ask("SetInputAudioSyncOffset", inputName=name, inputAudioSyncOffset=now)
        delays.append(Delay(name, now, before))
    return tuple(delays)


def microphones(obs: Obs, scene: str) -> list[str]:
    """Names of the microphones in the scene and of those that OBS has in every scene."""
    special = obs.ask("GetSpecialInputs")
    heard = {str(special[slot]) for slot in ("mic1", "mic2", "mic3", "mic4") if special.get(slot)}
    there = scenes.sources(obs, scene)
    kinds = {str(one["inputName"]): str(one["inputKind"]) for one in obs.ask("GetInputList")["inputs"]}
    return [name for name, kind in kinds.items() if name in heard or (name in there and kind.startswith(MICROPHONES))]
