"""Where a Swedish compound may be broken: at its joints, never inside a part.

The hyphenation patterns of typesetters do not know compounds (they give *servicekon-tors…*), so
they are turned off and long words get soft hyphens at the joints listed here. A word that is not
listed is not broken.
"""

from __future__ import annotations

import re
from functools import lru_cache

SHY = "\N{SOFT HYPHEN}"
SHORTEST = 14
"""Letters of the shortest word that is broken: a soft hyphen also stands in the text that is
copied or searched, so words people look for (*servicekontor*) are left whole."""

#: First parts of compounds as they stand in front of the next, longest first when matched.
FIRST_PARTS = (
    "anslags", "arbets", "avslut", "befolknings", "begärans", "beslut", "besluts", "besöks",
    "bindnings", "brandskydds", "budget", "bygg", "del", "departements", "diarie", "distans",
    "etablerings", "finans",
    "finger", "fler", "fort", "fullgörande", "förhandlings", "försäkrings",
    "förvaltnings", "genom", "genomförande", "genomsnitts", "grund", "huvud", "hyres",
    "hållbarhets",
    "in", "informations", "insats", "invånar", "kommun", "kommunikations", "konsekvens", "kontors",
    "kostnads", "kunskaps", "kvalitets", "lands", "leverans", "lokal", "länsstyrelse",
    "läns", "marknads", "mellan", "myndighets", "mått", "möjlighets", "nät", "offentlig",
    "ombyggnads", "områdes", "omvärlds", "organisations", "orsaks", "personal", "plan",
    "planerings", "polis", "program", "prognos", "projekt", "redovisnings", "referens",
    "regerings", "region", "register", "res", "resurs", "risk", "samhälls", "sammanfattnings",
    "samråds", "samverkans", "sannolikhets", "sekretess", "service", "servicekontors", "slut",
    "stads", "stor", "stats", "statistik", "storstads", "styrelse", "säkerhets", "tal", "tids",
    "tillgänglighets", "tillstånds", "tjänste", "upp", "uppdrags", "uppföljnings", "upphandlings",
    "utrednings", "utsatthets", "verksamhets", "värderings", "års", "återrapporterings", "ärende",
    "över", "öppnings",
)  # fmt: skip

#: Last parts that may follow a joint.
LAST_PARTS = (
    "anpassning", "ansvar", "antagande", "arbete", "avdelning", "avtal", "bedömning",
    "bedömningen", "begäran", "begäranden", "behov", "belastning", "beräkning", "beslut",
    "beteckning", "bilaga", "chef", "data", "datum", "del", "departementet", "direktör",
    "direktören", "dokument", "exponering", "fattare", "fördelning", "försening", "förseningar",
    "förvaltning", "gemensam", "gemensamma", "gemensamt", "genomgång", "grad", "grupp", "handling",
    "handläggning", "handläggningen", "hantering", "intyg", "kansli", "kansliet", "klass", "kod",
    "kommuner", "kontor", "kontoren", "kontorens", "kontoret", "kostnad", "kostnader", "kraft",
    "krav", "kvot", "led", "lista", "läge", "läggning", "mellan", "mål", "möjlighet", "mått",
    "nivå", "nummer", "nät", "nätet", "område", "områden", "områdena", "områdes", "organisation",
    "orsak", "orsaker", "plan", "planer", "planering", "planeringen", "post", "prognos",
    "prognosen", "program", "programmet", "prövning", "punkt", "rapport", "rapportering",
    "redogörelse", "redovisning", "redovisningar", "redovisningen", "redovisningens", "regel",
    "region", "risker", "rutin", "samråd", "sannolikhet", "sekreterare", "siffra", "skydd",
    "snittet", "snittliga", "specifikation", "statistik", "styrelse", "styrelsen", "styrelser",
    "svar", "system", "säkerhet", "tabell", "tabellen", "tal", "tid", "tiden", "tider",
    "tillfälle", "tillgänglighet", "tillstånd", "uppdrag", "uppdraget", "uppföljning", "uppgift",
    "uppgifter", "utredning", "verket", "verksamhet", "verksamheten", "villkor", "värde", "ägare",
    "ärende", "öppning", "öppningar",
)  # fmt: skip

#: Words whose joints the parts do not give.
EXCEPTIONS = {
    "regiondirektör": "region-direktör",
    "servicekontorsverksamhet": "servicekontors-verksamhet",
    "slutredovisning": "slut-redovisning",
    "storstadsområdena": "storstads-områdena",
    "tillgänglighetsanpassning": "tillgänglighets-anpassning",
    "myndighetsgemensam": "myndighets-gemensam",
    "sakkunnigbedömning": "sakkunnig-bedömning",
    "referensklass": "referens-klass",
}

_WORD = re.compile(rf"[^\W\d_]{{{SHORTEST},}}")


def softly(text: str, language: str) -> str:
    """Put soft hyphens into the long words of a Swedish text."""
    if language != "sv":
        return text
    return _WORD.sub(lambda match: broken(match[0]), text)


@lru_cache(maxsize=4096)
def broken(word: str) -> str:
    """A word with soft hyphens where it may be broken; unchanged where no joint is known."""
    cuts = joints(word)
    pieces = [word[i:j] for i, j in zip((0, *cuts), (*cuts, len(word)), strict=True)]
    return SHY.join(pieces)


@lru_cache(maxsize=4096)
def joints(word: str) -> tuple[int, ...]:
    """Positions before which a word may be broken.

    Parameters
    ----------
    word
        A word without hyphens, in any case.

    Returns
    -------
    tuple of int
        Ascending; empty where the word may not be broken.
    """
    folded = word.casefold()
    if folded in EXCEPTIONS:
        positions, at = [], 0
        for piece in EXCEPTIONS[folded].split("-")[:-1]:
            at += len(piece)
            positions.append(at)
        return tuple(positions)
    return _by_parts(folded) or ()


def _by_parts(word: str) -> tuple[int, ...] | None:
    """Cut a word wholly into known parts: first parts, then one last part."""
    if word in _LAST:
        return ()
    for part in _FIRST:
        if word.startswith(part) and len(part) < len(word):
            rest = _by_parts(word[len(part) :])
            if rest is not None:
                return (len(part), *(len(part) + at for at in rest))
    return None


_FIRST = sorted(FIRST_PARTS, key=len, reverse=True)
_LAST = frozenset(LAST_PARTS)
