"""Ways of combing that hairstyles share."""

from vtuber_app.avatars.composer.hair import Comb


def ring(x: float) -> float:
    """The ring of light around the skull."""
    return 380.0 + (x / 215.0) ** 2 * 40.0


FRONT = Comb(ring=ring, ring_height=30)
SIDE = Comb(ring=lambda x: 470.0, ring_height=22, shine=0.7)
BACK = Comb(depth=0.35)
