"""Which layer of the mapping a change goes to, and which one a value is from."""

from collections.abc import Mapping
from typing import Literal, get_args

from vtuber_app.gui.controls import tr
from vtuber_app.pose.mapping import Layers, Map, usual

Layer = Literal["everywhere", "tracker", "avatar"]
LAYERS: tuple[Layer, ...] = get_args(Layer)


def maps_of(layers: Layers, layer: Layer, tracker: str) -> Mapping[str, Map]:
    """What a layer maps."""
    match layer:
        case "everywhere":
            return layers.everywhere
        case "tracker":
            return layers.trackers.get(tracker, {})
        case _:
            return layers.avatar


def with_maps(layers: Layers, layer: Layer, tracker: str, maps: Mapping[str, Map]) -> Layers:
    """The layers, one of which maps this and nothing else."""
    if layer == "tracker":
        others = {kind: kept for kind, kept in layers.trackers.items() if kind != tracker}
        return layers.model_copy(update={"trackers": others | ({tracker: dict(maps)} if maps else {})})
    return layers.model_copy(update={layer: dict(maps)})


def source(layers: Layers, tracker: str, name: str) -> Layer | None:
    """The layer that a parameter's map is from; None if nobody maps it."""
    return next((layer for layer in reversed(LAYERS) if name in maps_of(layers, layer, tracker)), None)


def edited(layers: Layers, chosen: Layer, tracker: str, name: str, by: Map) -> Layers:
    """The layers after a change: of the chosen one, or of a narrower one that the value is from, as that is seen."""
    wins = source(layers, tracker, name)
    layer = max(chosen, wins or chosen, key=LAYERS.index)
    return with_maps(layers, layer, tracker, {**maps_of(layers, layer, tracker), name: by})


def cleared(layers: Layers, tracker: str, name: str) -> Layers:
    """The layers without the map that is seen of a parameter, so that the next wider one is."""
    layer = source(layers, tracker, name)
    if layer is None:
        return layers
    kept = {other: by for other, by in maps_of(layers, layer, tracker).items() if other != name}
    return with_maps(layers, layer, tracker, kept)


def shown(layers: Layers, tracker: str, name: str) -> Map:
    """The map that is in force."""
    return layers.of(tracker).get(name) or usual(name)


def layer_titles() -> dict[Layer, str]:
    """The user's words for the layers."""
    return {"everywhere": tr("Everything"), "tracker": tr("This tracker"), "avatar": tr("This avatar")}


def short_titles() -> dict[Layer, str]:
    """The same beside a value."""
    return {"everywhere": tr("all"), "tracker": tr("tracker"), "avatar": tr("avatar")}
