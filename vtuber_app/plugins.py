"""The four registries: every part the program has."""

from typing import Any

from vtuber_app.core.parts import Animator, FaceOutput, Output, Source, Tracker
from vtuber_app.core.registry import Registry

sources: Registry[Source[Any]] = Registry("vtuber_app.sources", Source)
trackers: Registry[Tracker[Any]] = Registry("vtuber_app.trackers", Tracker)
animators: Registry[Animator[Any]] = Registry("vtuber_app.animators", Animator)
outputs: Registry[Output[Any] | FaceOutput[Any]] = Registry("vtuber_app.outputs", Output, FaceOutput)
