"""Which module runs a case: one module in this package for each family, named as it."""

import importlib
from collections.abc import Callable
from importlib.util import find_spec
from typing import cast

from .case import Case, Check

Runner = Callable[[Case], list[Check]]


def runner(case: Case) -> Runner:
    """The `run` of the family's module; LookupError if there is none."""
    module = f"{__package__}.family_{case.family}"
    if find_spec(module) is None:
        raise LookupError(f"no runner: {module.rpartition('.')[2]}.py is missing")
    return cast(Runner, importlib.import_module(module).run)
