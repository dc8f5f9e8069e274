"""Makes networks that were just installed ready for this machine, so that their first start is quick too."""

from collections.abc import Iterator
from typing import Any, get_args

from vtuber_app import plugins
from vtuber_app.animators.tha import TalkingHead
from vtuber_app.avatars import gallery
from vtuber_app.runtime.network import Network


def prepare(card: str) -> str | None:
    """Find the best way to run the networks of a card, and keep what it needs; at most a minute, and once.

    Returns:
        The way it found; None if an animator's networks are not what the card holds.

    Raises:
        VtuberError: They can't be run here.
    """
    for animator in _animators():
        if animator.card == card:
            with Network(animator.plan(gallery.load(gallery.names()[0])), animator.settings) as network:
                return network.route.title
    return None


def _animators() -> Iterator[TalkingHead[Any]]:
    """Each animator, with each of its variants."""
    for part in plugins.animators.values():
        if issubclass(part, TalkingHead) and not part.missing():
            settings: Any = part.settings_class()
            variants = settings.model_fields.get("variant")
            for variant in get_args(variants.annotation) if variants else [None]:
                yield part(settings(variant=variant) if variant else settings())
