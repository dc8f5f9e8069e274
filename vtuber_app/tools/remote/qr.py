"""QR codes."""

import io

BORDER = 4
"""Light modules that readers want around it."""


def modules(text: str) -> list[list[bool]]:
    """The code with its border: rows of modules, True where it is dark."""
    import segno

    return [[bool(module) for module in row] for row in segno.make(text, micro=False).matrix_iter(border=BORDER)]


def printed(text: str) -> str:
    """The code for a terminal, of block characters."""
    import segno

    out = io.StringIO()
    segno.make(text, micro=False).terminal(out, compact=True, border=2)
    return out.getvalue()
