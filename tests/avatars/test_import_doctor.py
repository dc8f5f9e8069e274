"""What may go wrong with a picture is said, and nothing of a good one."""

from functools import partial

import cv2
import numpy as np
import pytest

from vtuber_app.avatars import pictures
from vtuber_app.avatars.autorig import draft as drafts
from vtuber_app.avatars.autorig import importing
from vtuber_app.avatars.autorig.draft import Draft, begun
from vtuber_app.avatars.autorig.find import Finder
from vtuber_app.avatars.autorig.found import MASKS, Found, Pixels, Plane
from vtuber_app.core import paths

SHIPPED = ("sora", "mika", "ren", "hina", "rin", "yuu")


@pytest.fixture(scope="module")
def finder() -> Finder:
    return Finder()


def flat(name: str) -> Pixels:
    pixels = pictures.read(paths.assets() / "avatars" / name / "picture_1024.png")
    return np.asarray(cv2.resize(pixels, (512, 512), interpolation=cv2.INTER_AREA), np.uint8)


@pytest.fixture(scope="module")
def good(finder: Finder) -> Draft:
    return begun(flat("ren"), finder)


@pytest.mark.parametrize("name", SHIPPED)
def test_nothing_is_said_of_good_pictures(finder: Finder, name: str) -> None:
    assert begun(flat(name), finder).doubts == []


def blob(pixels: Pixels, at: Plane, radius: float, colour: tuple[int, int, int]) -> None:
    cv2.circle(pixels, tuple(int(x) for x in at), round(radius), (*colour, 255), -1, cv2.LINE_AA)


def eye_covered(pixels: Pixels, found: Found) -> Pixels:
    blob(pixels, found.at("left iris")[0], 0.42 * found.apart, (60, 50, 70))
    return pixels


def masked(pixels: Pixels, found: Found) -> Pixels:
    corners = found.at("right cheek", "nose", "left cheek", "left jaw", "chin", "right jaw")
    cv2.fillPoly(pixels, [np.rint(corners).astype(np.int32)], (60, 70, 90, 255))
    return pixels


def behind_a_hand(pixels: Pixels, found: Found) -> Pixels:
    """Four fingers in the colour of the skin, outlined."""
    skin = np.median(pixels[found.of("skin")][:, :3], axis=0)
    x, y = found.mouth.mean(axis=0)
    long, thick = 0.4 * found.apart, 0.17 * found.apart
    for finger in range(4):
        level = round(y + (finger - 1.5) * thick)
        ends = (round(x - long), level), (round(x + long), level)
        for colour, width in ((0.45 * skin, round(thick)), (skin, round(thick) - 2)):
            cv2.line(pixels, *ends, (*colour.tolist(), 255), width, cv2.LINE_AA)
    return pixels


def cut_off(pixels: Pixels, found: Found) -> Pixels:
    return np.ascontiguousarray(pixels[int(found.at("crown")[0, 1] + 0.3 * found.apart) :])


def small(pixels: Pixels, _: Found) -> Pixels:
    return np.asarray(cv2.resize(pixels, (240, 240), interpolation=cv2.INTER_AREA), np.uint8)


def leaning(pixels: Pixels, _: Found) -> Pixels:
    turn = cv2.getRotationMatrix2D((256, 160), 25, 1.0)
    return np.asarray(cv2.warpAffine(pixels, turn, (512, 512)), np.uint8)


def beside_another(pixels: Pixels, _: Found) -> Pixels:
    return np.ascontiguousarray(np.hstack([pixels[:, 90:422], flat("hina")[:, 90:422]]))


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (eye_covered, "left eye is covered or closed"),
        (masked, "mouth is hidden"),
        (behind_a_hand, "mouth is hidden"),
        (cut_off, "cut off at the picture's edge"),
        (small, "px tall"),
        (leaning, "leans to the side"),
        (beside_another, "another head"),
    ],
)  # fmt: skip
def test_what_may_go_wrong_is_said(finder: Finder, good: Draft, spoil: partial[Pixels], words: str) -> None:
    assert good.found is not None
    said = begun(spoil(good.pixels.copy(), good.found), finder).doubts
    assert any(words in doubt for doubt in said), said


@pytest.mark.parametrize("yaw", [0.45, -0.45])
def test_a_head_that_is_turned_a_little_is_said_to_be(finder: Finder, yaw: float) -> None:
    pytest.importorskip("skia", reason="skia-python paints the character")
    from vtuber_app.avatars.composer import dna, truth
    from vtuber_app.avatars.rig.bend import Motion
    from vtuber_app.avatars.rig.face import REST

    model = truth.Model(dna.draw(5), 768)
    ahead, turned = (begun(model.sit(Motion(yaw=way), REST).picture, finder).doubts for way in (0, yaw))
    assert not any("turned" in doubt for doubt in ahead)
    assert any("turned" in doubt for doubt in turned)


def test_without_a_face_it_is_said_and_the_box_drawn_by_hand_finds_none(finder: Finder) -> None:
    pixels = np.zeros((300, 300, 4), np.uint8)
    cv2.circle(pixels, (150, 150), 120, (90, 140, 200, 255), -1)
    draft = begun(pixels, finder)
    if draft.found is None:
        assert "face" in draft.doubts[0]
    drawn = drafts.boxed(Draft(pixels, pixels, None, None), (50, 50, 150, 150), finder)
    assert drawn.found is None
    assert "in the box" in drawn.doubts[0]
    assert importing.flat(drawn).shape[0] >= importing.SMALLEST


def test_the_box_around_the_other_head_chooses_that_one(finder: Finder, good: Draft) -> None:
    assert good.found is not None
    draft = begun(beside_another(good.pixels, good.found), finder)
    assert draft.box is not None
    left, top, side, _ = draft.box
    other = (left + 332 if left < 250 else left - 332, top, side, side)
    chosen = drafts.boxed(draft, other, finder)
    assert chosen.found is not None
    assert abs(chosen.found.at("nose")[0, 0] - (other[0] + side / 2)) < 0.2 * side


def test_a_box_moved_a_little_places_the_same_head_elsewhere(finder: Finder, good: Draft) -> None:
    assert good.box
    left, top, side, _ = good.box
    moved = drafts.boxed(good, (left + 10, top, side, side), finder)
    assert moved.found is good.found
    assert good.found is not None
    nose = [importing.placed(one.pixels, good.found, 1024, one.box)[1].at("nose")[0, 0] for one in (good, moved)]
    assert nose[1] - nose[0] == pytest.approx(-10 * 256 / side, abs=1)


def test_a_moved_point_is_where_it_was_put_and_its_eye_is_seen_there(good: Draft) -> None:
    assert good.found is not None
    draft = good
    for name in ("corner", "upper 1", "upper 2", "upper 3", "far corner", "lower 1", "lower 2", "lower 3"):
        x, y = good.found.at(f"left {name}")[0]
        draft = drafts.moved(draft, f"left {name}", (float(x), float(y) + 0.6 * good.found.apart))
    assert draft.found is not None
    x, y = draft.found.at("left upper 2", "left lower 2").mean(axis=0)
    assert draft.found.masks[int(y), int(x)] in (MASKS.index("white") + 1, MASKS.index("iris") + 1)


def test_the_brush_erases_and_brings_back(good: Draft) -> None:
    assert good.found is not None
    x, y = (int(at) for at in good.found.at("nose")[0])
    stroke, part = np.array([[x - 30, y], [x + 30, y]], np.float32), np.s_[y - 5 : y + 6, x - 30 : x + 31]
    gone = drafts.brushed(good, stroke, 10, keep=False)
    assert (gone.pixels[part][..., 3] == 0).all()
    assert gone.found is not None
    assert (gone.found.masks[part] == 0).all()
    back = drafts.brushed(gone, stroke, 10, keep=True)
    assert (back.pixels[part] == good.original[part]).all()
    assert (
        back.pixels[..., 3] <= np.maximum(good.pixels, good.original)[..., 3]
    ).all()  # nothing comes that was never there
    assert back.found is not None
    assert (back.found.masks[part] > 0).all()
    assert (good.pixels[part] == good.original[part]).all()  # drafts don't change


def test_a_vast_picture_is_made_smaller(finder: Finder) -> None:
    large = np.zeros((1500, 3000, 4), np.uint8)
    large[:, 800:2300] = cv2.resize(flat("ren"), (1500, 1500))
    draft = begun(large, finder)
    assert draft.original.shape == (drafts.SIDE // 2, drafts.SIDE, 4)
    assert draft.found is not None
