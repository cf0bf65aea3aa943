"""Which characters a text file is written in, when nothing in it says so."""

import codecs
import re
from typing import Final, NamedTuple

from services.prospection.gateways.sheet import NotContacts

_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_FRENCH: Final = frozenset("éèêëàâäçîïôöùûüœæÉÈÊËÀÂÄÇÎÏÔÖÙÛÜŒÆ’«»€°–…")
_SINGLE_BYTE: Final = ("cp1252", "mac_roman", "cp850")
# Those that turn the order of the text around them disguise what is read.
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069]")
_WORDS: Final = {
    "utf-8": "UTF-8", "utf-8-sig": "UTF-8", "utf-16": "UTF-16", "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16", "utf-32": "UTF-32", "cp1252": "Windows-1252",
    "mac_roman": "Mac Roman", "cp850": "DOS 850",
}  # fmt: skip


class Decoded(NamedTuple):
    """The text, the name of its encoding, and what to say about it."""

    text: str
    encoding: str
    warnings: tuple[str, ...]


def decode(content: bytes) -> Decoded:
    """The text of a file: UTF-8, UTF-16, Windows-1252, Mac or DOS, found by trying.

    NUL and control characters are taken out and said. Raises NotContacts for a binary file.
    """
    codec, text = _guess(content)
    warnings: list[str] = []
    lost = text.count("\ufffd")
    controls = len(_CONTROL.findall(text))
    if controls > 20 and controls * 20 > len(text):
        raise NotContacts
    if controls:
        text = _CONTROL.sub("", text)
        warnings.append(f"{controls} caractères de contrôle ont été retirés du fichier.")
    if lost:
        warnings.append(f"{lost} caractères n'ont pas pu être lus\u00a0: vérifiez les accents.")
    return Decoded(text.lstrip("\ufeff"), _WORDS[codec], tuple(warnings))


def _guess(content: bytes) -> tuple[str, str]:
    for bom, codec in _BOMS:
        if content.startswith(bom):
            return codec, content.decode(codec, errors="replace")
    wide = _wide(content)
    if wide is not None:
        return wide, content.decode(wide, errors="replace")
    try:
        return "utf-8", content.decode("utf-8")
    except UnicodeDecodeError:
        pass
    mended = content.decode("utf-8", errors="replace")
    right = sum(1 for letter in mended if letter > "\x7f" and letter != "\ufffd")
    if right > 4 * mended.count("\ufffd"):
        return "utf-8", mended
    return _single_byte(content)


def _wide(content: bytes) -> str | None:
    """UTF-16 without its mark: one byte out of two is NUL in a Western text."""
    sample = content[:4096]
    if len(sample) < 4:
        return None
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    half = len(sample) // 2
    if odd > half * 0.6 and even < half * 0.1:
        return "utf-16-le"
    return "utf-16-be" if even > half * 0.6 and odd < half * 0.1 else None


def _single_byte(content: bytes) -> tuple[str, str]:
    """The code page under which the accents are those of French; Windows when it is even."""
    accents = bytes(byte for byte in content if byte > 0x7F)
    scores = {
        codec: sum(letter in _FRENCH for letter in accents.decode(codec, errors="replace"))
        for codec in _SINGLE_BYTE
    }
    codec = max(_SINGLE_BYTE, key=lambda name: scores[name])
    return codec, content.decode(codec, errors="replace")
