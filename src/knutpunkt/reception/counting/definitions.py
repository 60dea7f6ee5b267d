"""What every figure means. A number without its definition is not a figure.

The texts are English msgids; the page shows them in its reader's language. The table in the
documentation is held equal to them by a test.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext, gettext_noop


@dataclass(frozen=True, slots=True)
class Definition:
    """Name, unit and meaning of a figure."""

    key: str
    unit: str
    name_id: str
    meaning_id: str

    @property
    def name(self) -> str:
        """Name in the reader's language."""
        return gettext(self.name_id)

    @property
    def meaning(self) -> str:
        """Meaning in the reader's language."""
        return gettext(self.meaning_id)


_MEDIAN = gettext_noop(
    "Half of them were at most this long: the value at rank ⌈n/2⌉ of all n known ones."
)
_P80 = gettext_noop(
    "Four of five were at most this long: the value at rank ⌈0.8 n⌉ of all n known ones."
)
_P95 = gettext_noop(
    "Nineteen of twenty were at most this long: the value at rank ⌈0.95 n⌉ of all n known ones."
)

DEFINITIONS: dict[str, Definition] = {
    one.key: one
    for one in (
        Definition(
            "visits", "visits", gettext_noop("Visits"),
            gettext_noop(
                "People who came together and got one number, counted once whatever they asked. "
                "Counted on the day the number was given. A visit is not a person and not an "
                "errand. In a grouping, a visit counts in every group in which it has an errand."
            ),
        ),
        Definition(
            "errands", "errands", gettext_noop("Errands"),
            gettext_noop(
                "Things visitors came for, or that came up during the visit. An errand passed on "
                "to another counter is counted once, where it ended. Withdrawn ones and practice "
                "are not counted."
            ),
        ),
        Definition(
            "people", "people", gettext_noop("People"),
            gettext_noop(
                "People who came, as said when the number was given: the size of each party, "
                "once for each visit. Nobody is recognised: who comes twice counts twice."
            ),
        ),
        Definition(
            "waited", "errands", gettext_noop("Waits known"),
            gettext_noop(
                "Errands, also those passed on, that waited and were called and came. The wait "
                "runs from the ticket, the addition or (booked) from check-in, but not before the "
                "grace before the slot, to the first call that was answered; in whole seconds, "
                "rounded down."
            ),
        ),
        Definition("waited_median", "seconds", gettext_noop("Wait, median"), _MEDIAN),
        Definition("waited_p80", "seconds", gettext_noop("Wait, 80th percentile"), _P80),
        Definition("waited_p95", "seconds", gettext_noop("Wait, 95th percentile"), _P95),
        Definition(
            "way", "errands", gettext_noop("Ways known"),
            gettext_noop(
                "Errands of which it is known how long the way to the counter took: from the call "
                "that was answered to the beginning of the service."
            ),
        ),
        Definition("way_median", "seconds", gettext_noop("Way, median"), _MEDIAN),
        Definition("way_p80", "seconds", gettext_noop("Way, 80th percentile"), _P80),
        Definition("way_p95", "seconds", gettext_noop("Way, 95th percentile"), _P95),
        Definition(
            "served", "errands", gettext_noop("Services known"),
            gettext_noop(
                "Errands that were begun and then finished or passed on. The service runs from "
                "beginning to end without the time the errand was parked."
            ),
        ),
        Definition("served_median", "seconds", gettext_noop("Service, median"), _MEDIAN),
        Definition("served_p80", "seconds", gettext_noop("Service, 80th percentile"), _P80),
        Definition("served_p95", "seconds", gettext_noop("Service, 95th percentile"), _P95),
        Definition(
            "left_before_call", "errands", gettext_noop("Left before being called"),
            gettext_noop(
                "Errands whose visitor left, or was gone at closing, without being served."
            ),
        ),
        Definition(
            "no_show", "errands", gettext_noop("Did not come when called"),
            gettext_noop("Errands that were called, missed and not taken up again that day."),
        ),
        Definition(
            "sent_on", "errands", gettext_noop("Unnecessary demand"),
            gettext_noop(
                "Errands that could not be solved here and now, so that the visitor had to turn to "
                "somebody else or come again: referred, booked again, beyond the service level, at "
                "the wrong place, or without a document. Named by authority and cause."
            ),
        ),
        Definition(
            "solvable", "errands", gettext_noop("Would have been solved at another level"),
            gettext_noop(
                "Errands that ended as beyond the service level, by the level that whoever served "
                "them said would have solved them. Never estimated: what nobody named is not in it."
            ),
        ),
        Definition(
            "outcome", "errands", gettext_noop("Errands by outcome"),
            gettext_noop(
                "Errands by how they ended, as said when they were finished. Errands still open "
                "have none."
            ),
        ),
        Definition(
            "days_open", "days", gettext_noop("Days with visits"),
            gettext_noop("Days on which the office had at least one visit."),
        ),
    )
}  # fmt: skip

DURATION_FIGURES = {
    name: (f"{name}_median", f"{name}_p80", f"{name}_p95") for name in ("waited", "way", "served")
}
