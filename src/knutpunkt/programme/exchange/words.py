"""Words that stand in exported files, in Swedish and in English.

They are part of the format, since the import finds columns by them; so they stand here and not in
the catalogue of translations, where a better wording would make older files unreadable.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from knutpunkt.mandates.sentences import Both

Language = Literal["sv", "en"]

#: Columns of the status sheet in their order.
HEADINGS: Mapping[str, Both] = {
    "key": ("Nyckel", "Key"),
    "slot": ("Kontor", "Office"),
    "kind": ("Typ", "Kind"),
    "name": ("Namn", "Name"),
    "planned_start": ("Planerad start", "Planned start"),
    "planned_finish": ("Planerat slut", "Planned finish"),
    "started": ("Påbörjad", "Started"),
    "finished": ("Avslutad", "Finished"),
    "as_of": ("Läget per", "Status as of"),
    "light": ("Läge", "Status"),
    "note": ("Kommentar", "Note"),
    "next_step": ("Nästa steg", "Next step"),
}

#: Columns that hold days.
DAYS = frozenset({"planned_start", "planned_finish", "started", "finished", "as_of"})

KINDS: Mapping[str, Both] = {
    "slot": ("Kontor", "Office"),
    "gate": ("Grind", "Gate"),
    "work": ("Aktivitet", "Activity"),
}

LIGHTS: Mapping[str, Both] = {
    "green": ("grön", "green"),
    "amber": ("gul", "amber"),
    "red": ("röd", "red"),
}

SHEET_NAMES: Both = ("Läge", "Status")
README_NAMES: Both = ("Läs mig", "Read me")

README: Both = (
    """\
Fyll i de ljusgula cellerna: när en aktivitet påbörjades och avslutades, och läget för varje kontor.
Datum skrivs som datum, till exempel 2022-05-31, och ligger inte i framtiden.
Läget är grön, gul eller röd. Ändrat läge gäller per importdagen om inget datum ändras.
Planerade dagar följer av länkarna och ändras inte här. En grind passeras genom beslut på sin sida.
Skriv värden, inte formler. Bladet är skyddat utan lösenord; behåll kolumnen med nycklar.
Vid importen visas varje ändring och godkänns innan något sparas.""",
    """\
Fill in the light yellow cells: when an activity started and finished, and each office's status.
Write dates as dates, for example 2022-05-31; none lies in the future.
The status is green, amber or red. A changed one is dated the day of import unless you date it.
Planned days follow from the links and do not change here. A gate is passed by a decision.
Write values, no formulas. The sheet is protected without a password; keep the column of keys.
On import every change is shown and approved before anything is stored.""",
)


def said(texts: Both, language: Language) -> str:
    """Text in one language."""
    return texts[0] if language == "sv" else texts[1]


def light_of(text: str) -> str | None:
    """Light a word stands for in either language; None where it is none."""
    word = text.strip().casefold()
    return next((key for key, words in LIGHTS.items() if word in (key, *words)), None)
