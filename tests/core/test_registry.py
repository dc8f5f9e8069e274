import os
import subprocess
import sys
from pathlib import Path
from typing import Any, Literal

import pytest

from vtuber_app import plugins
from vtuber_app.core.errors import DependencyError, SettingsError
from vtuber_app.core.parts import Output
from vtuber_app.core.registry import Registry
from vtuber_app.core.settings import Settings

HEAVY = ("torch", "mediapipe", "cv2", "av", "PySide6", "pyvirtualcam", "skia", "tensorflow")
LIST = f"""
import sys, time
import pydantic, numpy, platformdirs  # what every part may import
started = time.process_time()
from vtuber_app import plugins
kinds = [kind for name in ("sources", "trackers", "animators", "outputs") for kind in getattr(plugins, name)]
print(time.process_time() - started)
print(*kinds)
print(*[name for name in {HEAVY} if name in sys.modules])
"""


def test_listing_parts_imports_nothing_heavy() -> None:
    told = subprocess.run([sys.executable, "-c", LIST], capture_output=True, text=True, check=True, timeout=60).stdout
    _, kinds, heavy = told.splitlines()
    assert heavy == ""
    assert {"camera", "video", "picture", "ifacialmocap", "replay", "virtual_camera", "recorder", "null"} <= {
        *kinds.split()
    }


def test_listing_parts_is_quick() -> None:
    # As on a user's machine, the first run leaves bytecode for the others.
    command, env = [sys.executable, "-c", LIST], {**os.environ, "PYTHONDONTWRITEBYTECODE": ""}
    runs = [subprocess.run(command, env=env, capture_output=True, text=True, check=True, timeout=60) for _ in range(3)]
    assert min(float(run.stdout.splitlines()[0]) for run in runs) < 0.2  # s of processor; 0.05 on a machine at rest


def test_kinds_are_unique() -> None:
    kinds = [*plugins.sources, *plugins.trackers, *plugins.animators, *plugins.outputs]
    assert len(set(kinds)) == len(kinds)


@pytest.fixture
def registry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Registry[Output[Any]]:
    """A folder with one output that needs a package nobody has."""
    folder = tmp_path / "dropped_in"
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    (folder / "one.py").write_text(
        "from typing import Literal\n"
        "from vtuber_app.core.parts import Output\n"
        "from vtuber_app.core.settings import Settings\n"
        "class OneSettings(Settings):\n    kind: Literal['one'] = 'one'\n"
        "class One(Output[OneSettings]):\n    title = 'One'\n    requires = ('no_such_package',)\n"
        "    def send(self, picture): pass\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    return Registry("dropped_in", Output)


def test_a_new_file_is_a_new_part(registry: Registry[Output[Any]]) -> None:
    assert list(registry) == ["one"]
    assert registry["one"].title == "One"
    assert registry["one"].missing() == ("no_such_package",)


def test_what_is_missing_is_said(registry: Registry[Output[Any]]) -> None:
    class OtherSettings(Settings):
        kind: Literal["other"] = "other"

    with pytest.raises(DependencyError, match=r"One needs a package .* pip install no_such_package"):
        registry.part(registry["one"].settings_class()())
    with pytest.raises(SettingsError, match=r"no 'other' here\. Choose one of: one\."):
        registry.part(OtherSettings())
