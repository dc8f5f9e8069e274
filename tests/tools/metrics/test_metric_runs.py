"""Whole measurements: videos, strips, folders; what is written; what is refused, and why."""

import json
import re
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from vtuber_app import cli_metrics
from vtuber_app.core import paths
from vtuber_app.core.errors import SettingsError
from vtuber_app.tools.metrics import registry
from vtuber_app.tools.metrics.curve import BINS, Curve
from vtuber_app.tools.metrics.outcome import Outcome
from vtuber_app.tools.metrics.run import Wish, measure
from vtuber_app.tools.metrics.worst import Worst

Frames = list[NDArray[np.uint8]]
SIDE = 48


def scene(count: int, shift: int = 0, size: tuple[int, int] = (SIDE, SIDE)) -> Frames:
    """Smooth pictures that move; shifted by some brightness."""
    y, x = np.mgrid[: size[1], : size[0]]
    frames = []
    for place in range(count):
        waves = [110 + 60 * np.sin((x + 2 * place) / 7 + c) * np.cos(y / 9) + shift for c in range(3)]
        frames.append(np.clip(np.stack(waves, axis=2), 0, 255).astype(np.uint8))
    return frames


def save(pixels: NDArray[np.uint8], file: Path) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    cv2.imwrite(str(file), pixels[..., ::-1])
    return file


def folder(frames: Frames, path: Path) -> Path:
    for place, frame in enumerate(frames):
        save(frame, path / f"{place:04}.png")
    return path


def strip(frames: Frames, file: Path) -> Path:
    return save(np.hstack(frames), file)


def video(frames: Frames, file: Path, fps: int = 25) -> Path:
    """Without loss."""
    with av.open(str(file), "w") as container:
        stream = container.add_stream("libx264rgb", rate=fps, options={"crf": "0", "preset": "ultrafast"})
        stream.width, stream.height, stream.pix_fmt = frames[0].shape[1], frames[0].shape[0], "rgb24"
        stream.codec_context.time_base = Fraction(1, fps)
        for frame in frames:
            container.mux(stream.encode(av.VideoFrame.from_ndarray(frame, format="rgb24")))
        container.mux(stream.encode(None))
    return file


def run(generated: Path, reference: Path, **more: Any) -> Outcome:
    more.setdefault("only", ("l1",))
    return measure(Wish(generated, reference, **more), lambda done, total: None)


def value(outcome: Outcome, name: str = "L1", clip: str = "") -> float:
    (found,) = [one.value for one in outcome.results if one.name == name and one.clip == clip]
    assert found is not None
    return found


@pytest.mark.parametrize("kind", [folder, strip, video])
def test_clips_of_every_kind_give_the_same(kind: Any, tmp_path: Path) -> None:
    ending = {folder: "", strip: ".png", video: ".mkv"}[kind]
    outcome = run(kind(scene(6, 10), tmp_path / f"a{ending}"), kind(scene(6), tmp_path / f"b{ending}"))
    assert value(outcome) == pytest.approx(10 / 255, abs=1e-9)
    assert sum(outcome.clips.values()) == 6
    assert outcome.notes == []


def test_folders_of_clips_are_matched_by_name(tmp_path: Path) -> None:
    for name, shift in (("one", 3), ("two", 9), ("only generated", 0)):
        strip(scene(4 if name == "one" else 8, shift), tmp_path / "a" / f"{name}.png")
    for name in ("one", "two"):
        folder(scene(4 if name == "one" else 8), tmp_path / "b" / name)
    outcome = run(tmp_path / "a", tmp_path / "b")
    assert outcome.clips == {"one": 4, "two": 8}
    assert value(outcome, clip="one") == pytest.approx(3 / 255)
    assert value(outcome, clip="two") == pytest.approx(9 / 255)
    assert value(outcome) == pytest.approx((4 * 3 + 8 * 9) / 12 / 255), "every frame counts alike"
    assert any("only generated" in note for note in outcome.notes)


def test_of_different_lengths_the_first_frames_are_compared_and_that_is_said(tmp_path: Path) -> None:
    outcome = run(folder(scene(9, 5), tmp_path / "a"), folder(scene(6), tmp_path / "b"))
    assert outcome.clips == {"a": 6}
    assert outcome.notes == ["a has 3 frames more than the other: the first 6 were compared."]


def test_other_sizes_are_refused_until_one_is_given(tmp_path: Path) -> None:
    a = folder(scene(3, 8, (96, 96)), tmp_path / "a")
    b = folder(scene(3, 0, (48, 64)), tmp_path / "b")
    with pytest.raises(SettingsError, match=r"96x96 px and b 48x64.*--size 256x256"):
        run(a, b)
    assert run(a, b, size=(32, 32)).sizes == {(32, 32)}


def test_other_rates_are_refused_until_the_user_says_how(tmp_path: Path) -> None:
    fast = scene(20)
    a, b = video(fast, tmp_path / "a.mkv", 20), video(fast[::2], tmp_path / "b.mkv", 10)
    with pytest.raises(SettingsError, match=r"20 frames/s and b.mkv 10.*--pair time"):
        run(a, b)
    assert value(run(a, b, rule="time")) == 0
    assert value(run(a, b, rule="frame")) > 0.01


def test_words_for_what_cannot_be(tmp_path: Path) -> None:
    a, b = folder(scene(2), tmp_path / "a"), folder(scene(2), tmp_path / "b")
    with pytest.raises(SettingsError, match=r"no metric called 'sharpness'.*LPIPS"):
        run(a, b, only=("sharpness",))
    with pytest.raises(SettingsError, match="no video and no folder"):
        run(tmp_path / "nowhere", b)
    (tmp_path / "empty").mkdir()
    with pytest.raises(SettingsError, match="holds no videos"):
        run(tmp_path / "empty", b)
    folder(scene(2), tmp_path / "many" / "x")
    with pytest.raises(SettingsError, match="one clip and the other a folder"):
        run(a, tmp_path / "many")
    with pytest.raises(SettingsError, match=r"FID: put pt_inception.*models/metrics"):
        run(a, b, only=("fid",))
    with pytest.raises(SettingsError, match="--size huge is no size"):
        cli_metrics.metrics(a, reference=b, size="huge")


def test_what_is_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    worse = scene(30, 4)
    worse[11] = 255 - worse[11]
    a, b = video(worse, tmp_path / "<b>a&b.mkv"), video(scene(30), tmp_path / "real.mkv")
    out = tmp_path / "out"
    assert cli_metrics.metrics(a, reference=b, only="l1, psnr,ssim,fid", out=out, json_=True) == 0
    printed = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    written = [json.loads(line) for line in (out / "results.jsonl").read_text(encoding="utf-8").splitlines()]
    assert printed == written
    by_name = {line["metric"]: line for line in written}
    assert set(by_name) == {"L1", "PSNR", "SSIM", "FID"}
    assert by_name["L1"].keys() >= {"value", "n", "better", "unit", "definition", "networks"}
    assert by_name["L1"]["n"] == 30
    assert by_name["FID"]["value"] is None
    assert "pt_inception" in by_name["FID"]["left_out"]
    frames = [json.loads(line) for line in (out / "frames.jsonl").read_text(encoding="utf-8").splitlines()]
    assert np.mean([frame["L1"] for frame in frames]) == pytest.approx(by_name["L1"]["value"])
    assert max(frames, key=lambda frame: frame["L1"])["frame"] == 11
    with av.open(str(out / "side_by_side.mp4")) as container:
        stream = container.streams.video[0]
        assert sum(1 for _ in container.decode(stream)) == 30
        assert stream.width >= 3 * SIDE
    assert {file.name for file in (out / "plots").iterdir()} == {"L1.png", "PSNR.png", "SSIM.png"}
    page = (out / "report.html").read_text(encoding="utf-8")
    assert "<b>a&b" not in page, "names are escaped"
    assert "frame 11, L1" in page
    assert not re.search(r'(src|srcset)="(?!data:)', page), "everything is in the file"
    assert page.count("prefers-color-scheme: dark") == 4, "the page, and each plot"


def test_faces_are_compared_by_what_stands_in_under_its_own_name(tmp_path: Path) -> None:
    with av.open(str(paths.assets() / "demo" / "astronaut.mp4")) as container:
        real = [frame.to_ndarray(format="rgb24") for _, frame in zip(range(3), container.decode(video=0), strict=False)]
    height, width = real[0].shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), 6, 1)
    turned = [cv2.warpAffine(frame, turn, (width, height), borderMode=cv2.BORDER_REFLECT) for frame in real]
    blank = np.full_like(real[0], 128)
    a, b = folder([*turned, blank], tmp_path / "a"), folder([*real, real[0]], tmp_path / "b")
    outcome = run(a, b, only=("prmse", "akd", "aucon", "mkr"))
    names = {result.name for result in outcome.measured}
    assert names == {"AKD-mediapipe", "MKR-mediapipe", "PRMSE-mediapipe", "AUCON-blendshapes"}
    assert {result.name for result in outcome.left_out} == {"AKD", "MKR", "PRMSE", "AUCON"}
    # Only one of the three angles changes, by 6 degrees.
    assert value(outcome, "PRMSE-mediapipe") == pytest.approx(6 / np.sqrt(3), rel=0.15)
    assert value(outcome, "AKD-mediapipe") > 1
    assert value(outcome, "AUCON-blendshapes") > 0.9
    assert value(outcome, "MKR-mediapipe") >= 0.25, "the blank frame misses all"
    assert any(note.startswith("Measured in 3 of 4 frames") for note in outcome.notes)


def test_a_picture_is_like_itself_in_every_metric_that_needs_no_file(tmp_path: Path) -> None:
    portrait = cv2.imread(str(next((paths.assets() / "demo").glob("*.jpg"), "")))
    if portrait is None:
        with av.open(str(paths.assets() / "demo" / "astronaut.mp4")) as container:
            portrait = next(container.decode(video=0)).to_ndarray(format="rgb24")
    a = folder([portrait], tmp_path / "a")
    outcome = run(a, a, only=())
    for result in outcome.measured:
        best = 108.13 if result.name == "PSNR" else float(result.metric.better == "higher")
        assert result.value == pytest.approx(best, abs=1e-3), result.name
    assert len(outcome.measured) >= 7


def test_curves_stay_small_and_keep_peaks() -> None:
    curve = Curve()
    rng = np.random.default_rng(0)
    values = rng.uniform(0, 1, 5 * BINS + 37)
    values[3210] = 9
    for one in values:
        curve.add(float(one))
    curve.add(None)
    points = np.array(curve.points())
    assert len(points) <= BINS
    assert points[:, 3].max() == 9
    assert points[:, 3].argmax() == 3210 // curve.width
    assert points[0, 1] == pytest.approx(values[: curve.width].mean())


def test_the_worst_frames_are_not_neighbours() -> None:
    worst = Worst()
    picture = np.zeros((8, 8, 3), np.uint8)
    for place in range(200):
        worst.add("clip", place, np.sin(place / 10) + place / 1000, picture, picture)
    places = sorted(frame.place for frame in worst.frames)
    assert len(places) == 4
    assert min(np.diff(places)) >= 15
    assert [frame.value for frame in worst.frames] == sorted((f.value for f in worst.frames), reverse=True)
    assert abs(worst.frames[0].place - 142) <= 1


def test_every_metric_of_the_papers_is_known_and_says_what_it_is() -> None:
    metrics = registry.known()
    families = {metric.family for metric in metrics.values()}
    wanted = "L1 PSNR SSIM LPIPS AKD MKR AED FID FVD CSIM PRMSE AUCON CLIPSIM"
    assert families >= set(wanted.split())
    for metric in metrics.values():
        assert len(metric.definition) > 20, metric.name
