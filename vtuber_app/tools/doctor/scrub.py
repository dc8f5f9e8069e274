"""Takes out of a text what tells who its user is."""

import ipaddress
import re
from collections.abc import Collection, Mapping

MAC = re.compile(r"(?<![\w:-])(?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2}(?![\w:-])", re.IGNORECASE)
IP = re.compile(
    r"(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?![\w.]*\d)|(?<![\w:])[0-9a-f]{0,4}:[0-9a-f:.]{0,40}:[0-9a-f.]{0,15}",
    re.IGNORECASE,
)
LOGIN = re.compile(r"://[^/\s@]+@")
TOKEN = re.compile(r"(?i)\b(token|password|passwd|secret|key|serial|sn)(\W{1,3})[\w.~+/=-]{6,}")
OWNER = re.compile(r"\b\w+['’]s (?=iPhone|iPad|Mac|AirPods|Galaxy|Pixel|Phone|Camera|Webcam|Microphone|PC|Laptop)")
SHORT = re.compile(r"\b\w{1,8}~\d\b")
"""How old programs on Windows shorten a folder's name, the user's too."""
MAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+")
SERIAL = re.compile(r"(?<![^\W_])(?=(?:\D*\d){4})[0-9A-Za-z]{8,}(?![^\W_])")
"""What looks like a serial number in a device's name: eight characters or more, four digits among them."""
SHORTEST = 2
"""Letters of a word that is taken out: a single one would spoil every sentence."""


class Scrubber:
    """The same address becomes the same word each time, so that a report can still be followed.

    Args:
        words: What is personal, and what stands in its place.
        versions: Of packages; some look like addresses.
    """

    def __init__(self, words: Mapping[str, str], versions: Collection[str] = ()) -> None:
        able = {word.lower(): label for word, label in words.items() if len(word.strip()) >= SHORTEST}
        self._labels = able
        longest = sorted(able, key=len, reverse=True)
        pattern = "|".join(rf"(?<![^\W_]){re.escape(word)}(?![^\W_])" for word in longest)
        self._words = re.compile(pattern, re.IGNORECASE) if longest else None
        self._versions = versions
        self._addresses: dict[str, str] = {}

    def __call__(self, text: str) -> str:
        """The text without them."""
        text = text.replace("\\\\", "\\")
        if self._words:
            text = self._words.sub(lambda found: self._labels.get(found[0].lower(), "<personal>"), text)
        text = LOGIN.sub("://<login>@", text)
        text = TOKEN.sub(r"\1\2<secret>", text)
        text = MAIL.sub("<mail>", text)
        text = MAC.sub("<hardware address>", text)
        text = IP.sub(self._address, text)
        text = OWNER.sub("<owner>'s ", text)
        return SHORT.sub("<short name>", text)

    def _address(self, found: re.Match[str]) -> str:
        text = found[0].rstrip(":.") if not found[0].endswith("::") else found[0]
        try:
            address = ipaddress.ip_address(text)
        except ValueError:
            return found[0]
        if address.is_loopback or address.is_unspecified or text in self._versions:
            return found[0]
        label = self._addresses.setdefault(str(address), f"<address {len(self._addresses) + 1}>")
        return label + found[0][len(text) :]
