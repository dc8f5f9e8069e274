"""What the pose page offers for a puppet is seen on it."""

from collections.abc import Iterator

import numpy as np
import pytest

from vtuber_app.animators.puppet import Puppet, PuppetSettings
from vtuber_app.avatars import gallery
from vtuber_app.core.types import Driving, Held
from vtuber_app.pose.expressions import expressions
from vtuber_app.pose.held import ON_FACES


@pytest.fixture(scope="module")
def puppet() -> Iterator[Puppet]:
    with Puppet(PuppetSettings(size=256, breathing=False, hair=0)) as puppet:
        puppet.set_avatar(gallery.load("mika"))
        yield puppet


def picture(puppet: Puppet, held: dict[str, float], time: float) -> np.ndarray:
    """After so long that the springs are still."""
    with_values = {name: Held(value) for name, value in held.items()}
    for step in range(20):
        frame = puppet.render(Driving(time + step / 10, held=with_values))
    return frame.pixels.astype(np.int16)


def test_each_parameter_moves_the_puppet(puppet: Puppet) -> None:
    rest = picture(puppet, {}, 0)
    still = [
        name
        for index, name in enumerate(sorted(ON_FACES))
        if np.abs(picture(puppet, {name: 1.0}, 10.0 * (index + 1)) - rest).max() < 20
    ]
    assert not still


def test_each_expression_looks_different(puppet: Puppet) -> None:
    shipped = [each for each in expressions.found()[0] if each.ships]
    pictures = [picture(puppet, dict(each.values), 10.0 * index) for index, each in enumerate(shipped)]
    apart = [np.abs(one - other).mean() for i, one in enumerate(pictures) for other in pictures[:i]]
    assert min(apart) > 0.3
