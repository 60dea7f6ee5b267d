"""Text as people type it when they look for something."""

from __future__ import annotations

import unicodedata


def fold(text: str) -> str:
    """Fold to plain lower-case letters: ``Järpen`` and ``JARPEN`` become ``jarpen``.

    Letters that carry no accent to strip (ø, æ, ł, ß) are written out the usual way.
    """
    # Twice, because some letters (mathematical ones) only show after splitting that they are large.
    plain = unicodedata.normalize("NFKD", text.casefold()).casefold().translate(_WRITTEN_OUT)
    parts = unicodedata.normalize("NFKD", plain)
    letters = "".join(c for c in parts if not unicodedata.combining(c))
    return " ".join("".join(c if c.isalnum() else " " for c in letters).split())


_WRITTEN_OUT = str.maketrans({"ø": "o", "æ": "ae", "ł": "l", "đ": "d", "ð": "d", "þ": "th"})


def alphabetical(name: str) -> str:
    """Give the key that sorts names as a Swedish list does: å, ä and ö stand after z."""
    return "".join(_AFTER_Z.get(letter) or fold(letter) or letter for letter in name.casefold())


_AFTER_Z = {"å": "{a", "ä": "{b", "æ": "{b", "ö": "{c", "ø": "{c"}
