"""Which characters a report can show: those of the fonts that come with the compiler."""

from __future__ import annotations

from knutpunkt.reports.errors import TextUnprintable

#: Latin with accents, Greek and Cyrillic, punctuation, currency, arrows and mathematical signs.
SHOWN = ((0x20, 0x7E), (0xA0, 0x24F), (0x370, 0x4FF), (0x2010, 0x2027), (0x2030, 0x205E),
         (0x20AC, 0x20AC), (0x2190, 0x2193), (0x2212, 0x2212), (0x2248, 0x2265))  # fmt: skip
ALSO = "\n\t"


def refuse_unprintable(text: str, *, where: str) -> None:
    """Refuse a text with a character the fonts lack.

    Raises
    ------
    TextUnprintable
        Naming the first one.
    """
    for character in text:
        code = ord(character)
        if character not in ALSO and not any(low <= code <= high for low, high in SHOWN):
            raise TextUnprintable(where=where, character=character)
