"""How the parts at work fare."""

from collections.abc import Iterator

from vtuber_app.settings import part_class
from vtuber_app.tools.doctor.finding import Case, Finding


def stages(case: Case) -> Iterator[Finding]:
    """One finding each; none where nothing runs."""
    for kind, stage in case.at_work.items():
        part = part_class(kind)
        name = part.title if part else kind
        if stage.error:
            yield Finding(name, "warn", "it does not work", stage.error.removeprefix(f"{stage.name}: "))
            continue
        late = "" if stage.latency is None else f", {1000 * stage.latency:.0f} ms behind"
        what = f"{stage.fps:.0f} a second{late}, {stage.dropped} dropped"
        if stage.notice:
            yield Finding(name, "warn", what, stage.notice)
        else:
            yield Finding(name, "ok", what)
