"""What phones are told, and what their wishes do."""

import pytest

from vtuber_app.avatars import gallery
from vtuber_app.pose.expressions import expressions
from vtuber_app.settings import AppSettings
from vtuber_app.tools.remote import qr
from vtuber_app.tools.remote.phone import thumbnail
from vtuber_app.tools.remote.state import Wish, fulfilled, state, token


def wished(settings: AppSettings, do: str, what: str = "", on: bool = True) -> AppSettings:
    wish = Wish.model_validate({"do": do, "what": what, "on": on})
    return fulfilled(wish, settings, gallery.names(), expressions.found()[0])


def test_outputs_are_switched_without_touching_others() -> None:
    settings = AppSettings(outputs=("null",))
    recording = wished(settings, "output", "recorder")
    assert recording.outputs == ("null", "recorder")
    assert wished(recording, "output", "recorder").outputs == ("null", "recorder")
    assert wished(recording, "output", "recorder", on=False).outputs == ("null",)


@pytest.mark.parametrize("what", ["sora", "/etc/passwd", "../../x", token("none such"), ""])
def test_only_what_is_in_the_gallery_can_be_wished_for(what: str) -> None:
    settings = AppSettings()
    for do in ("avatar", "expression", "output"):
        assert wished(settings, do, what) == settings
    assert thumbnail(what) == b""


def test_an_output_that_a_phone_may_not_switch_stays() -> None:
    assert wished(AppSettings(), "output", "browser") == AppSettings()


def test_without_a_session_the_phone_is_told_so() -> None:
    told = state(AppSettings(), None, gallery.names(), expressions.found()[0])
    assert told.fault
    assert [avatar.name for avatar in told.avatars if avatar.on] == ["Sora"]
    assert b'"resting":false' in told.message()


def test_codes_are_read_by_phones() -> None:
    import cv2
    import numpy as np

    text = "http://192.168.178.20:18513/?token=" + "x" * 32
    code = np.kron(np.array(qr.modules(text)), np.ones((8, 8), bool))
    assert cv2.QRCodeDetector().detectAndDecode(np.where(code, 0, 255).astype(np.uint8))[0] == text
    assert len(qr.printed(text).splitlines()) > 15
