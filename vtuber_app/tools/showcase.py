"""Writes the demo's performance: a friendly greeting, keyed by hand, that shows what an avatar can do.

Run `python -m vtuber_app.tools.showcase`. Times are in seconds, angles in degrees; left is the performer's own.
"""

from typing import Final

import numpy as np

from vtuber_app.core import motion, paths
from vtuber_app.core.motion import Motion
from vtuber_app.tools.keyframes import Curve, blinks, curve, drift, gaze, performed, saccades

FPS: Final = 30
SECONDS: Final = 25.0

VOWELS: Final[dict[str, dict[str, float]]] = {
    "A": {"jawOpen": 0.68, "mouthLowerDown": 0.35, "mouthUpperUp": 0.2},
    "I": {"jawOpen": 0.14, "mouthStretch": 0.65, "mouthSmile": 0.3, "mouthLowerDown": 0.25},
    "U": {"jawOpen": 0.12, "mouthPucker": 0.8, "mouthFunnel": 0.3},
    "E": {"jawOpen": 0.36, "mouthStretch": 0.4, "mouthSmile": 0.15, "mouthLowerDown": 0.3},
    "O": {"jawOpen": 0.42, "mouthFunnel": 0.75, "mouthPucker": 0.3},
    "N": {"mouthPress": 0.3},
}
LEADS: Final = {"mouthPucker": 0.06, "mouthFunnel": 0.06, "mouthStretch": 0.04, "mouthSmile": 0.04}
"""Lips are shaped before the jaw opens, s."""


def speech(time: Curve, text: tuple[tuple[float, str, float], ...], end: float) -> dict[str, Curve]:
    """Speak vowels at (s, vowel, strength), each flowing into the next; between two the jaw half closes."""
    shapes: dict[str, Curve] = {}
    for name in {name for vowel in VOWELS.values() for name in vowel}:
        lead = LEADS.get(name, 0.0)
        keys = [(text[0][0] - 0.16 - lead, 0.0)]
        for index, (start, vowel, strength) in enumerate(text):
            value = VOWELS[vowel].get(name, 0.0) * strength
            keys.append((start - lead, value))
            if index + 1 < len(text):
                following, next_vowel, next_strength = text[index + 1]
                if name == "jawOpen":
                    closing = 0.35 * min(value, VOWELS[next_vowel].get(name, 0.0) * next_strength)
                    keys.append((0.35 * start + 0.65 * following, closing))
                elif following - start > 0.3:
                    keys.append((start + 0.4 * (following - start) - lead, value))
        keys.append((end - lead, 0.0))
        shapes[name] = curve(time, *keys)
    return shapes


def performance() -> Motion:
    """What is played, beginning and ending at rest."""
    time = np.arange(round(SECONDS * FPS) + 1) / FPS
    return performed(time, _face(time), _head(time), _place(time))


def _head(time: Curve) -> Curve:
    """(T, 3) pitch, yaw, roll."""
    pitch = curve(
        time, (0, 0), (1.15, 0), (1.7, -4), (2.2, -3), (2.95, -8), (3.3, -7), (3.75, 0), (3.95, -2), (4.35, 13),
        (4.85, -4), (5.2, 0), (5.55, 3), (5.8, -1), (6.1, 2), (6.5, -2), (6.9, 1), (7.35, 4), (7.8, 0), (8.25, 4),
        (8.7, 1), (8.95, 2), (9.1, -11), (9.35, -8), (9.9, -7), (10.25, 6), (10.45, 1), (10.65, 5), (10.85, -1),
        (11.05, 4), (11.25, -3), (11.5, 2), (11.8, -5), (12.2, 0), (12.75, 4), (13.2, 3), (13.6, -3), (13.85, 13),
        (14.1, -5), (14.35, 11), (14.6, -3), (14.85, 7), (15.2, 0), (15.6, 3), (16.9, 3), (17.3, -3), (18.2, -4),
        (18.7, 0), (19.3, 14), (19.9, 15), (20.4, 6), (20.8, -4), (21.3, -5), (21.7, 2), (22.15, -18), (22.5, -17),
        (22.95, 4), (23.35, 8), (23.8, -2), (24.3, 0),
    )  # fmt: skip
    yaw = curve(
        time, (0, 0), (1.12, 0), (1.7, 21), (2.2, 19), (2.42, 19), (3.0, -23), (3.35, -21), (3.8, 2), (4.3, 0),
        (5.3, 5), (5.9, -4), (6.5, 3), (7.1, -5), (7.8, 5), (8.5, -3), (9.0, 0), (9.9, 0), (10.4, 6), (11.2, -4),
        (11.9, 3), (12.3, 0), (12.7, 9), (13.2, 8), (13.6, 0), (15.3, 0), (15.55, 15), (15.85, -16), (16.15, 14),
        (16.45, -11), (16.75, 6), (17.0, 0), (17.5, -9), (18.3, -8), (18.8, 0), (19.5, 5), (20.1, 4), (20.55, -3),
        (20.95, -17), (21.5, -16), (21.9, 4), (22.5, 6), (23.0, 29), (23.25, 27), (23.8, -3), (24.3, 0),
    )  # fmt: skip
    roll = curve(
        time, (0, 0), (1.2, 0), (1.8, -5), (2.3, -3), (3.1, 6), (3.4, 5), (3.9, -2), (4.4, 7), (5.0, -3), (5.6, 4),
        (6.2, -4), (6.8, 4), (7.4, -4), (8.0, 4), (8.6, -2), (9.0, 0), (9.9, -1), (10.4, -8), (11.1, 5), (11.7, -5),
        (12.3, 0), (12.75, -13), (13.2, -12), (13.65, 0), (15.2, 0), (15.6, -3), (16.0, 3), (16.5, -2), (17.0, 0),
        (17.45, 17), (18.25, 16), (18.8, 2), (19.5, -6), (20.1, -5), (20.6, 0), (21.0, 8), (21.5, 7), (22.0, 0),
        (22.9, -4), (23.3, -9), (23.9, 3), (24.4, 0),
    )  # fmt: skip
    calm = curve(time, (0, 0), (0.6, 1), (SECONDS - 0.8, 1), (SECONDS, 0))
    wander = np.stack([0.7 * drift(time, 1, 3.1), 0.9 * drift(time, 2, 4.3), 0.6 * drift(time, 3, 3.7)], -1)
    return np.asarray(np.stack([pitch, yaw, roll], -1) + calm[:, None] * wander)


def _place(time: Curve) -> Curve:
    """(T, 3) m: leaning to the sides with the tilts, back in surprise, closer when curious."""
    right = curve(
        time, (1.2, 0), (1.9, 0.012), (3.1, -0.015), (3.9, 0), (10.2, 0), (10.6, 0.008), (11.2, -0.008), (12.2, 0),
        (12.8, 0.015), (13.6, 0), (17.0, 0), (17.5, -0.02), (18.3, -0.02), (18.9, 0), (20.5, 0), (21.0, -0.012),
        (21.9, 0), (23.0, 0.02), (24.2, 0),
    )  # fmt: skip
    up = curve(time, (4.0, 0), (4.4, -0.015), (5.0, 0), (8.95, 0), (9.1, 0.02), (9.9, 0.008), (10.2, 0), (10.4, -0.006),
               (10.6, 0.006), (10.85, -0.006), (11.05, 0.006), (11.3, -0.004), (11.8, 0), (18.8, 0), (19.5, -0.02),
               (20.2, -0.015), (20.9, 0))  # fmt: skip
    closer = curve(
        time, (3.7, 0), (4.3, 0.02), (8.9, 0.01), (9.12, -0.045), (9.9, -0.03), (10.4, 0), (12.3, 0), (12.8, 0.03),
        (13.5, 0), (17.0, 0), (17.6, 0.035), (18.4, 0.03), (19.0, 0), (23, 0), (23.4, 0.02), (24.3, 0),
    )  # fmt: skip
    return np.stack([right, up, closer], -1)


def _face(time: Curve) -> dict[str, Curve]:
    """Blendshapes; a name without a side means both."""
    lids = blinks(
        time, (0.55, 1.14, 2.44, 3.72, 4.95, 6.42, 8.45, 12.22, 14.08, 15.05, 17.1, 18.62, 20.5, 21.85, 22.72, 23.95)
    )
    slow = blinks(time, (19.45,), 0.14, 0.12, 0.26)
    happy = curve(time, (9.95, 0), (10.2, 0.95), (11.65, 0.95), (11.95, 0))
    shy = curve(time, (4.1, 0), (4.32, 0.9), (4.55, 0.9), (4.78, 0))
    refusing = curve(time, (15.3, 0), (15.45, 0.9), (16.0, 0.9), (16.25, 0))
    both = np.maximum.reduce([lids, slow, happy, shy, refusing])
    wink = curve(time, (12.62, 0), (12.74, 1), (13.06, 1), (13.32, 0))
    droop = curve(time, (18.7, 0), (19.2, 0.22), (20.3, 0.2), (20.6, 0.16), (21.5, 0.14), (21.8, 0))

    left = saccades(
        time, (0.3, 0.06), (1.0, 0.85), (1.55, 0.25), (1.95, 0.5), (2.3, -0.9), (2.9, -0.3), (3.05, -0.5),
        (3.42, 0.35), (3.75, 0.0), (5.6, -0.12), (6.3, 0.1), (7.3, -0.08), (8.3, 0.05), (9.0, 0.0), (12.0, 0.0),
        (12.6, -0.15), (13.5, 0.0), (15.5, -0.3), (15.8, 0.35), (16.1, -0.3), (16.42, 0.25), (16.75, 0.0),
        (17.15, -0.6), (17.8, -0.75), (18.45, 0.0), (18.95, 0.3), (20.2, 0.15), (20.65, -0.5), (21.2, 0.45),
        (21.75, 0.1), (22.6, 0.8), (23.05, 0.2), (23.4, -0.5), (23.8, 0.0),
    )  # fmt: skip
    up = saccades(
        time, (0.3, 0.0), (1.0, 0.15), (1.95, -0.1), (2.3, 0.35), (3.05, 0.45), (3.42, 0.05), (4.3, -0.3),
        (4.7, 0.1), (5.6, 0.08), (6.3, -0.05), (7.3, 0.1), (8.3, -0.05), (9.0, 0.1), (12.0, 0.0), (13.85, 0.2),
        (14.5, 0.1), (15.2, 0.0), (17.15, 0.45), (17.8, 0.6), (18.45, 0.0), (18.95, -0.6), (20.2, -0.2),
        (20.65, 0.0), (21.95, 0.7), (22.6, 0.1), (23.4, 0.0),
    )  # fmt: skip
    still = curve(time, (0, 0), (0.8, 1), (SECONDS - 1, 1), (SECONDS, 0))
    shapes = gaze(left + 0.025 * still * drift(time, 4, 0.9), up + 0.02 * still * drift(time, 5, 1.1))

    words = speech(time, (
        (5.2, "O", 0.9), (5.42, "N", 1), (5.58, "I", 0.9), (5.8, "I", 0.8), (6.05, "A", 1),
        (6.75, "A", 1.05), (7.15, "I", 1), (7.55, "U", 1), (7.95, "E", 1.1), (8.35, "O", 1),
    ), 8.72)  # fmt: skip
    hello = speech(time, ((22.95, "A", 0.8), (23.2, "I", 0.6), (23.42, "A", 0.7)), 23.75)
    gasp = curve(time, (8.95, 0), (9.12, 0.7), (9.3, 0.55), (9.85, 0.5), (10.1, 0))
    laugh = curve(
        time, (9.95, 0), (10.15, 0.6), (10.32, 0.25), (10.5, 0.62), (10.68, 0.26), (10.86, 0.58), (11.05, 0.24),
        (11.22, 0.48), (11.42, 0.2), (11.6, 0.32), (11.95, 0),
    )  # fmt: skip
    smile = curve(
        time, (0, 0), (0.7, 0.05), (3.45, 0.08), (3.95, 0.75), (4.8, 0.7), (5.2, 0.4), (6.4, 0.5), (6.7, 0.25),
        (8.8, 0.3), (9.05, 0), (9.9, 0), (10.2, 1), (11.7, 0.9), (12.3, 0.5), (12.7, 0.75), (13.2, 0.75),
        (13.7, 0.45), (14.9, 0.5), (15.3, 0.05), (17.0, 0), (21.6, 0), (22.2, 0.3), (22.8, 0.75), (23.8, 0.75),
        (24.6, 0),
    )  # fmt: skip
    flash = curve(
        time, (0, 0), (1.4, 0), (1.7, 0.15), (2.5, 0.3), (3.2, 0.35), (3.45, 0.2), (3.65, 0.65), (4.05, 0.2),
        (5.1, 0.1), (5.3, 0.4), (5.7, 0.1), (6.0, 0.4), (6.4, 0.1), (6.75, 0.35), (7.1, 0.1), (7.9, 0.3),
        (8.3, 0.1), (8.93, 0.1), (9.08, 1), (9.8, 0.85), (10.1, 0.3), (11.8, 0.2), (12.3, 0.05), (12.6, 0.3),
        (13.3, 0.1), (13.7, 0.35), (14.9, 0.2), (15.3, 0), (21.9, 0), (22.3, 0.7), (22.9, 0.4), (23.6, 0.3),
        (24.3, 0),
    )  # fmt: skip
    puzzled = curve(time, (17.05, 0), (17.4, 1), (18.25, 0.95), (18.7, 0))
    sad = curve(time, (18.65, 0), (19.25, 1), (20.1, 0.95), (20.55, 0))
    pout = curve(time, (20.5, 0), (20.85, 1), (21.45, 0.95), (21.8, 0))
    no = curve(time, (15.25, 0), (15.5, 1), (16.6, 0.8), (16.95, 0))
    return {
        **shapes,
        **{name: np.maximum(words[name], hello[name]) for name in words},
        "eyeBlinkLeft": np.maximum.reduce([both, wink, droop]),
        "eyeBlinkRight": np.maximum.reduce([both, droop, 0.12 * wink]),
        "eyeWide": curve(time, (8.94, 0), (9.06, 1), (9.85, 0.8), (10.05, 0), (22.0, 0), (22.25, 0.4), (22.6, 0)),
        "eyeSquint": np.maximum.reduce([happy, 0.45 * puzzled, 0.5 * wink, 0.35 * no, 0.35 * pout]),
        "cheekSquint": np.maximum.reduce([happy, 0.8 * shy, 0.2 * smile]),
        "cheekPuff": pout,
        "browInnerUp": np.maximum.reduce([0.8 * flash, sad, 0.25 * happy]),
        "browOuterUpLeft": np.maximum(flash, 0.0),
        "browOuterUpRight": np.maximum(flash, 0.9 * puzzled),
        "browDownLeft": np.maximum.reduce([0.75 * puzzled, 0.65 * pout, 0.55 * no, 0.5 * wink]),
        "browDownRight": np.maximum.reduce([0.65 * pout, 0.55 * no]),
        "jawOpen": np.maximum.reduce([words["jawOpen"], hello["jawOpen"], gasp, laugh]),
        "mouthFunnel": np.maximum.reduce([words["mouthFunnel"], 0.9 * gasp]),
        "mouthPucker": np.maximum.reduce([words["mouthPucker"], 0.85 * pout, 0.3 * puzzled]),
        "mouthSmileLeft": np.maximum.reduce([smile, words["mouthSmile"], 0.95 * wink]),
        "mouthSmileRight": np.maximum(smile, words["mouthSmile"]),
        "mouthFrown": np.maximum.reduce([0.9 * sad, 0.45 * no, 0.3 * pout]),
        "mouthPress": np.maximum(words["mouthPress"], 0.4 * no),
        "mouthShrugLower": np.maximum(0.6 * sad, 0.7 * pout),
        "mouthUpperUp": np.maximum(words["mouthUpperUp"], 0.5 * laugh),
        "mouthRight": 0.5 * puzzled,
        "noseSneer": np.maximum(0.25 * happy, 0.3 * pout),
    }  # fmt: skip


def main() -> None:
    """Make assets/motions/showcase.npz."""
    motion.save(performance(), paths.assets() / "motions" / "showcase.npz")


if __name__ == "__main__":
    main()
