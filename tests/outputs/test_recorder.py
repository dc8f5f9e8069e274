import json
import os
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import av
import cv2
import numpy as np
import pytest
from films import disc, loud_from, noisy, read, talking

from vtuber_app.core import paths
from vtuber_app.core.errors import DeviceError, SettingsError
from vtuber_app.core.parts import each
from vtuber_app.core.types import Frame
from vtuber_app.outputs import recorder as module
from vtuber_app.outputs.recorder import Recorder, RecorderSettings
from vtuber_app.sources.video import Video, VideoSettings

ENVIRONMENT = {**os.environ, "PYTHONPATH": os.pathsep.join([str(Path(__file__).parent), str(paths.ROOT)])}
VARIABLE = [5.0, 5.033, 5.05, 5.2, 5.9, 6.0, 7.5]


def record(settings: RecorderSettings, times: list[float], size: int = 128) -> Path:
    with Recorder(settings) as recorder:
        for time in times:
            recorder.send(disc(size, time))
    return recorder.path


def test_mp4_keeps_times_and_colours() -> None:
    path = record(RecorderSettings(colour="#204060"), VARIABLE)
    assert path.parent == paths.videos() / "vtuber_app"
    times, pictures = read(path)
    assert times == pytest.approx([time - 5 for time in VARIABLE], abs=1e-3)
    assert pictures[-1].shape == (128, 128, 3)
    assert pictures[-1][64, 64].tolist() == pytest.approx([250, 120, 30], abs=6)
    assert pictures[-1][3, 3].tolist() == pytest.approx([0x20, 0x40, 0x60], abs=6)


def test_webm_keeps_times_colours_and_alpha() -> None:
    times, pictures = read(record(RecorderSettings(format="webm"), VARIABLE), "libvpx-vp9")
    assert times == pytest.approx([time - 5 for time in VARIABLE], abs=2e-3)
    assert pictures[-1][64, 64].tolist() == pytest.approx([250, 120, 30, 255], abs=8)
    assert pictures[-1][3, 3, 3] == pytest.approx(0, abs=4)


@pytest.mark.parametrize("alpha", ["straight", "premultiplied"])
def test_mov_is_prores_4444_and_keeps_alpha(alpha: str) -> None:
    pixels = np.zeros((64, 96, 4), np.uint8)
    pixels[:, :48] = (250, 120, 30, 255)
    pixels[:32, 48:] = (250, 120, 30, 100)
    with Recorder(RecorderSettings.model_validate({"format": "mov", "alpha": alpha})) as recorder:
        for time in VARIABLE:
            recorder.send(Frame(pixels, time))
    times, pictures = read(recorder.path, "prores")
    assert times == pytest.approx([time - 5 for time in VARIABLE], abs=1e-3)
    with av.open(str(recorder.path)) as container:
        video = container.streams.video[0]
        assert (video.codec_context.name, video.profile, video.codec_context.codec_tag) == ("prores", "4444", "ap4h")
    last = pictures[-1].astype(int)
    assert np.abs(last[..., 3] - pixels[..., 3])[:, np.r_[:48, 49:96]].max() <= 1
    assert last[32, 20, :3].tolist() == pytest.approx([250, 120, 30], abs=3)
    share = 100 / 255 if alpha == "premultiplied" else 1
    assert last[16, 72, :3].tolist() == pytest.approx([250 * share, 120 * share, 30 * share], abs=3)


@pytest.mark.parametrize("kind", ["mp4", "webm", "mov", "png"])
def test_a_recording_has_the_size_and_place_that_was_asked_for(tmp_path: Path, kind: str) -> None:
    asked = {"format": kind, "folder": tmp_path, "width": 160, "height": 80, "right": 0.25, "colour": "#204060"}
    recorder = Recorder(RecorderSettings.model_validate(asked))
    with recorder:
        recorder.send(disc(64, 0.0))
        recorder.update(recorder.settings.model_copy(update={"right": -0.25}))
        recorder.send(disc(300, 1.0))
    if kind == "png":
        first, last = (
            cv2.imread(str(path), cv2.IMREAD_UNCHANGED)[..., [2, 1, 0, 3]]
            for path in sorted(recorder.path.glob("*.png"))
        )
    else:
        _, (first, last) = read(recorder.path, {"webm": "libvpx-vp9", "mov": "prores"}.get(kind))
    assert first.shape[:2] == last.shape[:2] == (80, 160)
    for picture, here, nowhere in ((first, 120, 40), (last, 40, 120)):
        assert picture[40, here, :3].tolist() == pytest.approx([250, 120, 30], abs=8)
        if kind == "mp4":
            assert picture[40, nowhere].tolist() == pytest.approx([0x20, 0x40, 0x60], abs=6)
        else:
            assert picture[40, nowhere, 3] <= 4


def test_png_is_straight_or_premultiplied_to_the_bit(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    pixels = rng.integers(0, 255, (40, 50, 4), np.uint8)
    for alpha in ("straight", "premultiplied"):
        settings = RecorderSettings.model_validate({"file": tmp_path / alpha, "alpha": alpha})
        with Recorder(settings) as recorder:
            recorder.send(Frame(pixels, 0.0))
        bgra = cv2.imread(str(tmp_path / alpha / "000001.png"), cv2.IMREAD_UNCHANGED)
        wanted = pixels if alpha == "straight" else cv2.cvtColor(pixels, cv2.COLOR_RGBA2mRGBA)
        assert (cv2.cvtColor(bgra, cv2.COLOR_BGRA2RGBA) == wanted).all()


def test_png_keeps_everything() -> None:
    folder = record(RecorderSettings(format="png"), VARIABLE)
    lines = [json.loads(line) for line in (folder / "times.jsonl").read_text().splitlines()]
    assert [line["time"] for line in lines] == pytest.approx([time - 5 for time in VARIABLE])
    for line in lines:
        bgra = cv2.imdecode(np.fromfile(folder / line["file"], np.uint8), cv2.IMREAD_UNCHANGED)
        assert (cv2.cvtColor(bgra, cv2.COLOR_BGRA2RGBA) == disc().pixels).all()


def test_a_finished_mp4_is_an_ordinary_one() -> None:
    """Editors want one index; fragments are only for what was cut off."""
    content, place, atoms = record(RecorderSettings(), VARIABLE).read_bytes(), 0, []
    while place < len(content):
        atoms.append(content[place + 4 : place + 8])
        place += int.from_bytes(content[place : place + 4], "big")
    assert atoms == [b"ftyp", b"free", b"mdat", b"moov"]


def test_no_recording_replaces_another(tmp_path: Path) -> None:
    for kind in ("mp4", "webm", "mov", "png"):
        settings = RecorderSettings.model_validate({"folder": tmp_path / kind, "format": kind})
        names = {record(settings, [1.0, 1.1], 32).name for _ in range(3)}
        assert len(names) == 3


def test_nothing_recorded_leaves_nothing(tmp_path: Path) -> None:
    for kind in ("mp4", "webm", "mov", "png"):
        with Recorder(RecorderSettings.model_validate({"folder": tmp_path, "format": kind})):
            pass
    assert list(tmp_path.iterdir()) == []


def test_the_exact_file_is_replaced(tmp_path: Path) -> None:
    file = tmp_path / "not yet there" / "Ü.webm"
    for count in (5, 3):
        assert record(RecorderSettings(file=file), [index / 30 for index in range(count)], 32) == file
        assert len(read(file)[0]) == count
    folder = tmp_path / "pictures"
    assert record(RecorderSettings(file=folder), [1.0], 32) == folder
    with pytest.raises(SettingsError, match="holds files already"), Recorder(RecorderSettings(file=folder)):
        pass


def test_other_sizes_are_fitted_into_the_first(tmp_path: Path) -> None:
    for kind in ("mp4", "webm", "mov"):
        with Recorder(RecorderSettings.model_validate({"folder": tmp_path, "format": kind})) as recorder:
            for index, size in enumerate((127, 256, 32)):
                recorder.send(disc(size, index / 30))
        _, pictures = read(recorder.path)
        assert [picture.shape for picture in pictures] == [(128, 128, 3)] * 3
        for picture in pictures:
            assert picture[64, 64].tolist() == pytest.approx([250, 120, 30], abs=14)


def test_times_that_do_not_grow_are_left_out(tmp_path: Path) -> None:
    path = record(RecorderSettings(folder=tmp_path), [1.0, 1.1, 1.1, 1.05, 1.2], 32)
    assert read(path)[0] == pytest.approx([0, 0.1, 0.2], abs=1e-3)


@pytest.mark.parametrize(
    ("source", "codec", "result", "expected"),
    [
        ("a.mp4", "aac", "b.mp4", "aac"),
        ("a.webm", "libopus", "b.webm", "opus"),
        ("a.mkv", "pcm_s16le", "b.mp4", "aac"),
        ("a.mp4", "aac", "b.webm", "opus"),
        ("a.ts", "aac", "b.mp4", "aac"),
        ("a.mp4", "aac", "b.mov", "aac"),
        ("a.webm", "libopus", "b.mov", "pcm_s16le"),
    ],
)
@pytest.mark.parametrize("start", [0.0, 3.0])
def test_sound_is_kept_in_time(
    tmp_path: Path, source: str, codec: str, result: str, expected: str, start: float
) -> None:
    film = talking(tmp_path / source, codec, beep=0.5, length=1.2, start=start)
    settings = RecorderSettings(file=tmp_path / result, audio_from=film)
    path = record(settings, [7 + index / 25 for index in range(25)], 64)
    codec_name, began, end = loud_from(path)
    assert expected in codec_name
    assert began == pytest.approx(0.5, abs=0.03)
    assert end == pytest.approx(1.0, abs=0.06)
    assert read(path)[0][0] == pytest.approx(0, abs=0.03)
    assert len(read(path)[0]) == 25


def test_a_silent_film_gives_no_sound(tmp_path: Path) -> None:
    silent = record(RecorderSettings(folder=tmp_path), [0, 0.1], 32)
    path = record(RecorderSettings(file=tmp_path / "copy.mp4", audio_from=silent), [0, 0.1], 32)
    with av.open(str(path)) as container:
        assert not container.streams.audio


def test_the_film_that_is_read_is_not_written(tmp_path: Path) -> None:
    film = talking(tmp_path / "film.mp4")
    size = film.stat().st_size
    with pytest.raises(SettingsError, match="is the video that is read"):
        record(RecorderSettings(file=film, audio_from=film), [0])
    assert film.stat().st_size == size


def test_sound_that_can_not_be_read_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="sound"):
        record(RecorderSettings(file=tmp_path / "a.mp4", audio_from=tmp_path / "none.mp4"), [0])
    assert not (tmp_path / "a.mp4").exists()


def test_a_folder_that_can_not_be_made_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for settings in (
        RecorderSettings(folder=tmp_path / "file"),
        RecorderSettings(folder=tmp_path / "file" / "deeper", format="png"),
        RecorderSettings(file=tmp_path / "file" / "film.mp4"),
    ):
        with pytest.raises(SettingsError, match=r"can't be written to .* Choose another folder"), Recorder(settings):
            pass
    with pytest.raises(SettingsError, match=r"\.webm or \.mov"), Recorder(RecorderSettings(file=tmp_path / "a.avi")):
        pass


def test_a_file_that_is_taken_away_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "CHECK_PERIOD", 0.0)

    def record_on(recorder: Recorder) -> None:
        for index in range(10):
            recorder.send(disc(32, index / 30))
            if index == 5:
                recorder.path.unlink()

    with (
        pytest.raises(DeviceError, match="removed"),
        Recorder(RecorderSettings(folder=tmp_path)) as recorder,
    ):
        record_on(recorder)


FULL = """
import resource, signal, sys
from films import noisy
from vtuber_app.core.errors import DeviceError
from vtuber_app.outputs.recorder import Recorder, RecorderSettings
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # a file that may not grow fails as on a full disk
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), int(sys.argv[2])))
try:
    with Recorder(RecorderSettings(file=sys.argv[1])) as recorder:
        for count, picture in enumerate(noisy(128, 400)):
            recorder.send(picture)
except DeviceError as error:
    print(count)
    print(error)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit on a file's size to play a full disk with")
@pytest.mark.parametrize(("kind", "limit"), [("mp4", 700_000), ("webm", 700_000), ("mov", 8_000_000)])
def test_what_was_recorded_before_the_disk_was_full_stays(tmp_path: Path, kind: str, limit: int) -> None:
    path = tmp_path / f"film.{kind}"
    command = [sys.executable, "-c", FULL, str(path), str(limit)]
    told = subprocess.run(command, env=ENVIRONMENT, capture_output=True, text=True, check=True, timeout=60)
    count, sentence = told.stdout.splitlines()
    assert sentence.startswith("The disk is full. What was recorded until now is in")
    assert str(path) in sentence
    with Video(VideoSettings(path=path, paced=False)) as video:  # passes over the last, cut picture, as players do
        times = [frame.time for frame in each(video)]
    assert len(times) > 10
    assert int(count) / 30 - (times[-1] - times[0]) < 2


KILLED = """
import sys, time
from films import noisy
from vtuber_app.outputs.recorder import Recorder, RecorderSettings
with Recorder(RecorderSettings(file=sys.argv[1])) as recorder:
    for count, picture in enumerate(noisy(96, 10_000)):
        recorder.send(picture)
        print(count, flush=True)
"""


@pytest.mark.parametrize("kind", ["mp4", "webm", "mov", ""])
def test_what_was_recorded_before_a_kill_stays(tmp_path: Path, kind: str) -> None:
    path = tmp_path / (f"film.{kind}" if kind else "film")
    command = [sys.executable, "-c", KILLED, str(path)]
    with subprocess.Popen(command, env=ENVIRONMENT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        last = next(count for line in process.stdout if (count := int(line)) >= 130)
        process.kill()
    if kind:
        times, _ = read(path)
    else:
        times = [json.loads(line)["time"] for line in (path / "times.jsonl").read_text().splitlines()]
        assert all((path / f"{number:06}.png").is_file() for number in range(1, len(times) + 1))
    assert times[-1] > last / 30 - 2
    assert all(before < after for before, after in pairwise(times))


def test_another_failure_keeps_what_was_recorded(tmp_path: Path) -> None:
    def record_and_fail() -> None:
        with Recorder(RecorderSettings(file=tmp_path / "film.mp4")) as recorder:
            for picture in noisy(64, 10):
                recorder.send(picture)
            raise RuntimeError("elsewhere")

    with pytest.raises(RuntimeError, match="elsewhere"):
        record_and_fail()
    assert len(read(tmp_path / "film.mp4")[0]) == 10


def test_rgb_pictures_are_taken_too(tmp_path: Path) -> None:
    for file in ("a.mp4", "a.webm", "a.mov", "a"):
        with Recorder(RecorderSettings(file=tmp_path / file)) as recorder:
            recorder.send(Frame(np.full((32, 32, 3), 90, np.uint8), 1.0))
        assert recorder.path.exists()
        assert os.listdir(tmp_path)
