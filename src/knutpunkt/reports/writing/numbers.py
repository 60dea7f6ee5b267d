"""Numbers that somebody typed in a text instead of referring to a fact."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from knutpunkt.reports.facts.words import MONTHS

_UNITS = {
    "sv": "noll en två tre fyra fem sex sju åtta nio tio elva tolv tretton fjorton femton sexton "
    "sjutton arton nitton",
    "en": "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen seventeen eighteen nineteen",
}
_TENS = {
    "sv": "tjugo trettio fyrtio femtio sextio sjuttio åttio nittio",
    "en": "twenty thirty forty fifty sixty seventy eighty ninety",
}
_HUNDREDS = {"sv": {"hundra": 100, "tusen": 1000}, "en": {"hundred": 100, "thousand": 1000}}
# “en”, “ett” and “one” are articles and pronouns more often than numbers.
_ARTICLES = {"sv": {"en"}, "en": {"one"}}

_REFERRING = r"kapitel|avsnitt|bilaga|bilagan|tabell|figur|chapter|section|appendix|table|figure"
_BEFORE_YEAR = (
    r"år|under|sedan|till|hösten|våren|sommaren|vintern|början av|slutet av|utgången av|mitten av"
    r"|i|för|från|budgetåret|"
    r"in|during|since|of|until|by|from|year|autumn|spring|summer|winter|and|och"
)
_YEAR = r"(?:19|20)\d\d"
_MONTH = "|".join(month for months in MONTHS.values() for month in months)
_ALLOWED = re.compile(
    rf"\b(?:{_REFERRING})\s+\d+(?:\.\d+)*"
    rf"|\b(?:{_BEFORE_YEAR}|{_MONTH})\s+{_YEAR}(?:[–-]{_YEAR})?\b(?!\s*(?:kontor|offices|kommuner))"
    rf"|\b{_YEAR}\s+års\b"
    rf"|\b{_YEAR}(?:/\d\d)?:\d+\b"  # laws and bills: 2019:212, 2018/19:47
    r"|\b[A-ZÅÄÖ]{1,4}\d{1,2}\b",  # labels: G7, P80, CC0
    re.IGNORECASE,
)
_DIGITS = re.compile(r"\d(?:[\d \N{NO-BREAK SPACE}.,:/–-]*\d)?")


@dataclass(frozen=True, slots=True)
class Typed:
    """A number in a text; its value where it is a whole one."""

    text: str
    value: int | None


def typed_numbers(text: str, language: str, literals: Iterable[str] = ()) -> Iterator[Typed]:
    """Find numbers in figures and in words.

    Parameters
    ----------
    text
        A paragraph without its references.
    language
        ``sv`` or ``en``.
    literals
        Diary numbers that may stand as they are.

    Yields
    ------
    Typed
        Every number but those of chapters, years, laws and the literals.
    """
    for literal in literals:
        text = text.replace(literal, " ")
    text = _ALLOWED.sub(" ", text)
    for match in _DIGITS.finditer(text):
        digits = re.sub(r"\D", "", match[0])
        whole = re.fullmatch(r"[\d \N{NO-BREAK SPACE}]+", match[0])
        yield Typed(match[0], int(digits) if whole else None)
    words = _number_words(language)
    for match in re.finditer(r"[a-zåäö-]+", text, re.IGNORECASE):
        if match[0].casefold() in words:
            yield Typed(match[0], words[match[0].casefold()])


def _number_words(language: str) -> dict[str, int]:
    units = {word: value for value, word in enumerate(_UNITS[language].split())}
    found = {word: value for word, value in units.items() if word not in _ARTICLES[language]}
    joint = "" if language == "sv" else "-"
    for place, tens in enumerate(_TENS[language].split(), start=2):
        found[tens] = 10 * place
        for word, value in units.items():
            if 0 < value < 10:  # noqa: PLR2004  # the units after a ten
                found[f"{tens}{joint}{word}"] = 10 * place + value
    if language == "sv":
        found |= {f"{tens}ett": value + 1 for tens, value in found.items() if value % 10 == 0}
    return found | _HUNDREDS[language]
