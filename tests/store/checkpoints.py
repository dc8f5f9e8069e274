"""Small checkpoints with random numbers, and cards for them."""

import io
import json
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from torch import nn

NETWORK = "tha3_separable.editor"
PAGE = "https://example.invalid/"
FREE = {"id": "CC-BY-4.0", "title": "CC BY 4.0", "address": PAGE, "commercial": True, "ask": True}


def encoded(net: "nn.Module") -> bytes:
    """As torch saves it."""
    import torch

    file = io.BytesIO()
    torch.save(net.state_dict(), file)
    return file.getvalue()


def editor(seed: int = 0) -> "nn.Module":
    """The smallest network of THA3, 3.8 MB."""
    import torch

    from vtuber_app.nets import tha3

    torch.manual_seed(seed)
    return tha3.Editor(separable=True).requires_grad_(False)


def face(separable: bool = True) -> "nn.Module":
    """A second one, 13 MB."""
    from vtuber_app.nets import tha_face

    return tha_face.EyebrowDecomposer(separable).requires_grad_(False)


def write_card(folder: Path, name: str, *files: dict[str, Any], **changes: Any) -> None:
    """Write a card of small networks."""
    card = {
        "title": f"Small {name}",
        "family": name,
        "gives": "Nothing.",
        "packages": ["torch"],
        "needs": "Little.",
        "author": "Nobody",
        "citation": "",
        "page": PAGE,
        "licence": FREE,
        "files": files,
        "archive": None,
        "notes": "",
    }
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.json").write_text(json.dumps({**card, **changes}), encoding="utf-8")


def one_file(path: str, network: str = NETWORK, **changes: Any) -> dict[str, Any]:
    """A file of a card."""
    holds = {"editor": 3_769_312, "eyebrow_decomposer": 13_279_928}[network.rpartition(".")[2]]
    half = changes.get("precision") == "float16"
    known = {"size": None, "sha256": None, "git": None, "addresses": (), "mirrors": (), "precision": "float32"}
    return {"path": path, "network": network, "holds": holds // (1 + half), **known, **changes}


def zipped(members: dict[str, bytes]) -> bytes:
    """A zip of these."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file.getvalue()
