"""What a recount found to differ, as plain values and as a sentence."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

#: Differences kept of one audit; how many there were is always told.
MOST_KEPT = 500

SENTENCES = {
    "sheet": gettext_noop(
        "%(office)s, %(about)s: the month counted again differs from the one that is kept."
    ),
    "sheet-altered": gettext_noop(
        "%(office)s, %(about)s: what is kept of the month is not what was once counted."
    ),
    "sequence": gettext_noop(
        "%(office)s: the log ends with event %(log)s, the sequence says %(row)s."
    ),
    "event": gettext_noop("%(office)s, event %(about)s: %(log)s."),
    "event-column": gettext_noop(
        "%(office)s, event %(about)s: %(column)s is “%(row)s”, by the events before it “%(log)s”."
    ),
    "row-missing": gettext_noop(
        "%(office)s: the log tells of %(about)s, the table has no such row."
    ),
    "row-unheard-of": gettext_noop(
        "%(office)s: the table has %(about)s, of which the log tells nothing."
    ),
    "row": gettext_noop(
        "%(office)s, %(about)s: %(column)s is “%(row)s” in the table, “%(log)s” by the log."
    ),
    "slot": gettext_noop(
        "%(office)s, slot %(about)s: %(row)s places are taken, %(log)s bookings have one."
    ),
}


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not as the log says.

    ``rule`` is a key of ``SENTENCES``; ``about`` names the event, row or month; ``row`` is what
    stands, ``log`` what the log says.
    """

    rule: str
    office: str
    about: str
    column: str = ""
    row: str = ""
    log: str = ""

    def as_dict(self) -> dict[str, str]:
        """Plain values, as an audit keeps them."""
        return asdict(self)


def sentence(difference: dict[str, Any]) -> str:
    """A kept difference in the reader's language."""
    return _(SENTENCES[difference["rule"]]) % difference
