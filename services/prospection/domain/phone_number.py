"""Telephone numbers as typed in France, to E.164."""

import re
from typing import Final

_NOISE = re.compile(r"[\s.\-/_()\u00a0\u2007\u2009\u202f\u2010-\u2015\u200b-\u200f\u202a-\u202e]+")
_FRENCH = re.compile(r"(?:\+33|0033|33(?=0?[1-9]\d{8}$))?0?([1-9]\d{8})")
_OVERSEAS_E164 = re.compile(
    r"\+(?:262(?:262|263|269|639|692|693)|590(?:590|690|691)|594(?:594|694)"
    r"|596(?:596|696|697))\d{6}"
)
_TAIL = re.compile(r"\.0$")
_SEVERAL = re.compile(r"[;,/|\n]|\bou\b|\bet\b")
_OVERSEAS: Final = {
    "262": "262", "263": "262", "269": "262", "639": "262", "692": "262", "693": "262",
    "590": "590", "690": "590", "691": "590",
    "594": "594", "694": "594",
    "596": "596", "696": "596", "697": "596",
}  # fmt: skip
_FICTION: Final = "63998"
"""06 39 98 is kept for fiction in mainland France, though 0639 is Mayotte."""


def read_phone(typed: str) -> str | None:
    """The number in E.164, or None when it cannot be read.

    Accepts spaces, dots, +33, 0033, the zero that Excel eats, `612345678.0`, overseas prefixes,
    foreign numbers with their +. Of several numbers in the cell, the first mobile is kept.
    """
    found = _one(typed)
    if found is not None:
        return found
    several = [number for part in _SEVERAL.split(typed) if (number := _one(part))]
    mobiles = [number for number in several if number.startswith(("+336", "+337"))]
    return next(iter(mobiles or several), None)


def _one(typed: str) -> str | None:
    if len(typed) > 40:
        return None
    digits = _NOISE.sub("", _TAIL.sub("", typed.strip()))
    french = _FRENCH.fullmatch(digits)
    if french and digits.isascii():
        return _e164(french.group(1))
    if _OVERSEAS_E164.fullmatch(digits) and digits.isascii():
        return digits
    return _foreign(digits)


def _e164(national: str) -> str:
    country = _OVERSEAS.get(national[:3], "33")
    if national.startswith(_FICTION):
        country = "33"
    return f"+{country}{national}"


def _foreign(digits: str) -> str | None:
    if not digits.startswith(("+", "00")) or not 8 <= len(digits) <= 18:
        return None
    import phonenumbers

    try:
        number = phonenumbers.parse(digits, "FR")
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
