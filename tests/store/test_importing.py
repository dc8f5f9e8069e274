"""Files, folders and zips as people have them."""

import json
import os
import pickle
import struct
from pathlib import Path

import cv2
import numpy as np
import pytest

from tests.store.checkpoints import encoded, zipped
from vtuber_app.avatars import gallery
from vtuber_app.core import paths
from vtuber_app.core.errors import WeightsError
from vtuber_app.store import importing
from vtuber_app.store.importing import import_

torch = pytest.importorskip("torch")

pytestmark = pytest.mark.usefixtures("models")


def installed(models: Path) -> list[str]:
    return sorted(path.relative_to(models).as_posix() for path in models.rglob("*") if path.is_file())


def given(path: Path, content: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def test_renamed_file_of_either_precision(models: Path, tmp_path: Path, full: bytes, half: bytes) -> None:
    first = import_(given(tmp_path / "my download (1).bin", full))
    second = import_(given(tmp_path / "editor.pt", half))
    assert (first.names, second.names) == (("tha3_separable_float",), ("tha3_separable_half",))
    assert installed(models) == ["tha3/separable_float/editor.pt", "tha3/separable_half/editor.pt"]
    assert (models / "tha3/separable_float/editor.pt").read_bytes() == full
    assert "1 of 5 files" in first.words[0]
    assert "Still missing: eyebrow_decomposer.pt" in first.words[0]
    assert (tmp_path / "editor.pt").exists()


def test_safetensors(models: Path, tmp_path: Path) -> None:
    from tests.store.checkpoints import editor

    header, numbers = {}, b""
    for name, tensor in editor().state_dict().items():
        raw = tensor.contiguous().numpy().tobytes()
        place = [len(numbers), len(numbers) + len(raw)]
        header[name] = {"dtype": "F32", "shape": list(tensor.shape), "data_offsets": place}
        numbers += raw
    encoded_header = json.dumps(header).encode()
    content = struct.pack("<Q", len(encoded_header)) + encoded_header + numbers
    assert import_(given(tmp_path / "model.safetensors", content)).names == ("tha3_separable_float",)


def test_zip_with_folders_and_clutter(models: Path, tmp_path: Path, full: bytes, half: bytes) -> None:
    content = zipped(
        {
            "talking-head-anime-3-models/separable_half/editor.pt": half,
            "talking-head-anime-3-models/separable_float\\editor.pt": full,
            "__MACOSX/separable_float/._editor.pt": full[:200_000],
            "../../outside.pt": full,
            "readme.txt": b"hello" * 100_000,
        }
    )
    result = import_(given(tmp_path / "models.zip", content))
    assert sorted(result.names) == ["tha3_separable_float", "tha3_separable_half"]
    assert installed(models) == ["tha3/separable_float/editor.pt", "tha3/separable_half/editor.pt"]
    assert not list(tmp_path.rglob("outside.pt"))


def test_folder(models: Path, tmp_path: Path, full: bytes, half: bytes) -> None:
    folder = tmp_path / "data"
    given(folder / "a" / "b" / "one.pt", full)
    given(folder / "two", half)
    given(folder / "three.pt", full[:500_000])
    given(folder / "picture.png", bytes(300_000))
    told: list[tuple[int, int]] = []
    result = import_(folder, progress=lambda have, total: told.append((have, total)))
    assert len(result.placed) == 2
    assert told[-1][0] == told[-1][1] > 6_000_000
    assert any("three.pt is damaged" in sentence for sentence in result.left)


def test_two_different_files_for_one_place(models: Path, tmp_path: Path, full: bytes) -> None:
    from tests.store.checkpoints import editor

    given(tmp_path / "data" / "a.pt", full)
    given(tmp_path / "data" / "b.pt", encoded(editor(seed=1)))
    result = import_(tmp_path / "data")
    assert (models / "tha3/separable_float/editor.pt").read_bytes() == full
    assert "differ, and both could be editor.pt" in result.left[0]


def test_card_that_is_named(models: Path, tmp_path: Path, full: bytes) -> None:
    path = given(tmp_path / "editor.pt", full)
    with pytest.raises(WeightsError, match=r"editor of Talking Head Anime 3 small.*no file of Talking Head Anime 1"):
        import_(path, as_="tha1")
    assert import_(path, as_="tha3_separable_float").names == ("tha3_separable_float",)


def test_shared_network_asks_whose_it_is(models: Path, tmp_path: Path) -> None:
    from tests.store.checkpoints import face

    path = given(tmp_path / "eyebrow_decomposer.pt", encoded(face(separable=False)))
    with pytest.raises(WeightsError, match=r"Say which: .*--as tha2 \(or tha3_standard_float, tha4\)"):
        import_(path)
    assert import_(path, as_="tha4").names == ("tha4",)
    assert installed(models) == ["tha4/eyebrow_decomposer.pt"]


class Trap:
    """Pickled, it makes a file when it is opened carelessly."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, tuple[Path]]:
        return Path.touch, (self.path,)


@pytest.mark.parametrize("where", ["file", "folder", "zip"])
def test_a_file_that_would_run_code_is_refused(where: str, models: Path, tmp_path: Path) -> None:
    sprung, path = tmp_path / "sprung", tmp_path / "data" / "editor.pt"
    path.parent.mkdir()
    torch.save({"weight": torch.rand(50_000), "more": Trap(sprung)}, path)
    if where == "zip":
        path = given(tmp_path / "editor.zip", zipped({"data/editor.pt": path.read_bytes()}))
    with pytest.raises(WeightsError, match="refused: opening it could run a program"):
        import_(path.parent if where == "folder" else path)
    assert not sprung.exists()
    assert installed(models) == []
    given(path, pickle.dumps(Trap(sprung), protocol=2))
    with pytest.raises(WeightsError):
        import_(path)
    assert not sprung.exists()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "editor.pt is empty"),
        (b"\n<!DOCTYPE html><html>Sign in", "is a web page: the server gave a page instead of the file"),
        (b"version https://git-lfs.github.com/spec/v1\noid", "only a pointer of Git LFS"),
        (b"PK\x03\x04" + bytes(200_000), "damaged or was only half downloaded"),
        (b"no network at all" * 20_000, "editor.pt is no file of weights"),
    ],
)
def test_what_is_no_network(content: bytes, said: str, models: Path, tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match=said):
        import_(given(tmp_path / "editor.pt", content))
    assert installed(models) == []


def test_truncated_file(models: Path, tmp_path: Path, full: bytes) -> None:
    with pytest.raises(WeightsError, match="only half downloaded"):
        import_(given(tmp_path / "editor.pt", full[: len(full) // 2]))


def test_truncated_and_empty_zip(models: Path, tmp_path: Path, full: bytes) -> None:
    content = zipped({"separable_float/editor.pt": full})
    with pytest.raises(WeightsError, match="damaged"):
        import_(given(tmp_path / "models.zip", content[: len(content) // 2]))
    with pytest.raises(WeightsError, match=r"No network that this program knows.*zip inside a zip"):
        import_(given(tmp_path / "models.zip", zipped({"inner.zip": content[:50]})))
    broken = bytearray(content)
    broken[2000:2100] = bytes(100)
    with pytest.raises(WeightsError, match="damaged inside the zip"):
        import_(given(tmp_path / "models.zip", bytes(broken)))


def test_networks_of_others(models: Path, tmp_path: Path) -> None:
    from tests.store.checkpoints import editor

    torch.save({"layer": torch.rand(200, 200)}, tmp_path / "other.pt")
    with pytest.raises(WeightsError, match=r"other.pt is another network \(1 parameters\)"):
        import_(tmp_path / "other.pt")
    state = editor().state_dict()
    state["extra"] = torch.rand(3)
    torch.save(state, tmp_path / "newer.pt")
    with pytest.raises(WeightsError, match=r"like editor of .* 3 small, but of another version: extra differs"):
        import_(tmp_path / "newer.pt")
    torch.save(editor().bfloat16().state_dict(), tmp_path / "brain.pt")
    with pytest.raises(WeightsError, match="in bfloat16, in which it was never published"):
        import_(tmp_path / "brain.pt")


def test_bomb_is_not_unpacked(models: Path, tmp_path: Path) -> None:
    bomb = zipped({"editor/data.pkl": bytes(importing.contents.LIMIT + 1)})
    assert len(bomb) < 1_000_000
    with pytest.raises(WeightsError, match="larger than any network"):
        import_(given(tmp_path / "editor.pt", bomb))
    with pytest.raises(WeightsError, match="No network"):
        import_(given(tmp_path / "models.zip", zipped({"editor.pt": bytes(importing.contents.LIMIT + 1)})))


def test_nothing_there(tmp_path: Path, models: Path) -> None:
    with pytest.raises(WeightsError, match="There is nothing at"):
        import_(tmp_path / "none.zip")
    (tmp_path / "empty").mkdir()
    with pytest.raises(WeightsError, match="No network that this program knows"):
        import_(tmp_path / "empty")


def test_landmarker_under_any_name(shared: Path, models: Path, tmp_path: Path) -> None:
    content = (shared / "models" / "face_landmarker.task").read_bytes()
    assert import_(given(tmp_path / "x.zip", content)).names == ("face_landmarker",)
    assert installed(models) == ["mediapipe/face_landmarker.task"]


def test_no_room(models: Path, tmp_path: Path, full: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vtuber_app.store.download.SPARE", 1 << 60)
    with pytest.raises(WeightsError, match=r"The disk of .* is full"):
        import_(given(tmp_path / "editor.pt", full))


@pytest.fixture
def student(tmp_path: Path) -> Path:
    """A folder as the distiller leaves it."""
    from vtuber_app.nets import tha4_student

    folder = tmp_path / "My girl!"
    folder.mkdir()
    torch.save(tha4_student.FaceMorpher().state_dict(), folder / "face_morpher.pt")
    torch.save(tha4_student.BodyMorpher().state_dict(), folder / "b.pt")
    pixels = np.full((512, 512, 4), 200, np.uint8)
    (folder / "character.png").write_bytes(cv2.imencode(".png", pixels)[1].tobytes())
    (folder / "character_model.yaml").write_text("character_image_file_name: character.png\n", encoding="utf-8")
    return folder


def test_student_becomes_an_avatar(student: Path, models: Path) -> None:
    (picture,) = import_(student).students
    assert picture == paths.data() / "avatars" / "My girl" / "character.png"
    assert sorted(path.name for path in picture.parent.iterdir()) == [
        "body_morpher.pt",
        "character.png",
        "face_morpher.pt",
    ]
    assert gallery.load(picture).pixels.shape == (512, 512, 4)
    assert import_(student / "character_model.yaml").students == (picture,)  # the very same, so no second one
    (student / "character.png").write_bytes(cv2.imencode(".png", np.zeros((512, 512, 4), np.uint8))[1].tobytes())
    assert import_(student).students[0].parent.name == "My girl-2"
    assert not [path for path in picture.parents[1].iterdir() if path.name.startswith(".")]


def test_students_in_a_zip(student: Path, models: Path, tmp_path: Path) -> None:
    members = {
        f"characters/../{name}/{path.name}": path.read_bytes() for path in student.iterdir() for name in ("a", "b")
    }
    result = import_(given(tmp_path / "characters.zip", zipped(members)))
    assert sorted(picture.parent.name for picture in result.students) == ["a", "b"]


def test_student_without_its_picture(student: Path, models: Path) -> None:
    (student / "character.png").unlink()
    with pytest.raises(WeightsError, match=r"not its picture character\.png: give the folder with all three"):
        import_(student)
    with pytest.raises(WeightsError, match=r"body_morpher network .* not its face_morpher network"):
        import_(student / "b.pt")


def test_real_students(shared: Path, models: Path) -> None:
    result = import_(shared / "data" / "tha4_characters")
    assert sorted(picture.parent.name for picture in result.students) == ["lambda_00", "lambda_01"]


def test_what_is_installed_may_be_given_again(models: Path, tmp_path: Path, full: bytes) -> None:
    path = given(models / "tha3" / "separable_float" / "editor.pt", full)
    before = os.stat(path).st_ino
    assert import_(path.parent).names == ("tha3_separable_float",)
    assert os.stat(path).st_ino == before
