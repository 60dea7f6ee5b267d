"""What a sentence says of a clause, beside what its verdict is."""

from __future__ import annotations

import re
from collections.abc import Iterator

from knutpunkt.reports.facts import FactTable

_CLAUSE = re.compile(r"\{fact:clause\.([a-z0-9_-]+)\.")
_SENTENCE = re.compile(r"(?<=[.!?])\s+")
_WORDS = {
    "sv": {
        "met": r"uppfyllt|uppfyllts|uppfylld|uppfyllda|uppfylls",
        "breached": r"brutet|brutits|bruten|brutna|överträtt|överträtts",
        "impossible": r"omöjlig|omöjligt|omöjliga",
    },
    "en": {
        "met": r"met|fulfilled|satisfied",
        "breached": r"breached|broken|violated",
        "impossible": r"impossible",
    },
}
_NOT = {"sv": r"inte|ej|icke|aldrig", "en": r"not|never|n't|nor"}


def contradicted(text: str, facts: FactTable, language: str) -> Iterator[tuple[str, str]]:
    """Find sentences that refer to a clause and call it what it is not.

    Parameters
    ----------
    text
        A paragraph with its references.
    facts
        Holds the verdict of each clause.
    language
        ``sv`` or ``en``.

    Yields
    ------
    tuple of str
        Key of the clause and its verdict as the facts say it.
    """
    for sentence in _SENTENCE.split(text):
        for key in dict.fromkeys(_CLAUSE.findall(sentence)):
            verdict = facts.value(f"clause.{key}.verdict_key")
            if verdict and _claims_otherwise(sentence, str(verdict), language):
                yield key, facts.said(f"clause.{key}.verdict")


def _claims_otherwise(sentence: str, verdict: str, language: str) -> bool:
    for claimed, words in _WORDS[language].items():
        for match in re.finditer(rf"\b(?:{words})\b", sentence, re.IGNORECASE):
            before = sentence[: match.start()].split()[-4:]
            negated = any(re.fullmatch(_NOT[language], word, re.IGNORECASE) for word in before)
            if (verdict == claimed) is negated:
                return True
    return False
