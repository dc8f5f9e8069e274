"""Expressions put on over each other and taken off again: each gives way where a later one holds the same parameter."""

from collections.abc import Mapping

from vtuber_app.pose.expressions import Expression
from vtuber_app.pose.filters import PoseSettings


def put_on(pose: PoseSettings, expression: Expression) -> PoseSettings:
    """Hold what that expression holds, over all that is held."""
    worn = (*(name for name in pose.worn if name != expression.name), expression.name)
    return pose.model_copy(update={"held": {**pose.held, **expression.values}, "worn": worn})


def take_off(pose: PoseSettings, name: str, known: Mapping[str, Expression]) -> PoseSettings:
    """Let go what that expression holds, for those beneath it to hold again; what was moved by hand since, stays."""
    worn = tuple(other for other in pose.worn if other != name)
    gone = known[name].values if name in known else {}
    beneath = {key: value for other in worn if other in known for key, value in known[other].values.items()}
    held = dict(pose.held)
    for key, value in gone.items():
        if held.get(key) == value:
            del held[key]
            if key in beneath:
                held[key] = beneath[key]
    return pose.model_copy(update={"held": held, "worn": worn})


def only(pose: PoseSettings, expression: Expression) -> PoseSettings:
    """Hold what that expression holds, and nothing else."""
    return put_on(pose.model_copy(update={"held": {}, "worn": ()}), expression)


def own_face(pose: PoseSettings) -> PoseSettings:
    """Leave everything to the face."""
    return pose.model_copy(update={"held": {}, "worn": (), "follows": True})
