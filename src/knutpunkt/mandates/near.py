"""Whether an office stands in or next to an area, with edition and distance named.

The answer is undecided where the edition of the day or the position of the office is missing, and
where the clause gives no distance and the office does not stand inside an area.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from knutpunkt.mandates.models import Clause
from knutpunkt.mandates.sentences import Both
from knutpunkt.mandates.verdicts import Opening
from knutpunkt.network.life import Certainty
from knutpunkt.network.models import Area, AreaEdition
from knutpunkt.network.selectors import AddressOnDay, area_test
from knutpunkt.network.selectors.areas import areas_of, editions_on

#: Positions that stand for a whole town say nothing about a distance to an area within it.
COARSE = ("town-point", "town-centre", "municipality-point", "unknown", "")


class NearArea:
    """Answers for the clauses of one mandate; reads editions and areas once each."""

    def __init__(self, clauses: Sequence[Clause]) -> None:
        windows = [c for c in clauses if c.type == "adjacent_area"]
        self._editions: list[AreaEdition] = []
        self._areas: dict[str, list[Area]] = {}
        if windows:
            first = min(c.window_from or date.min for c in windows)
            self._editions = editions_on(first, max(c.window_to for c in windows))
            # A clause may name an edition from outside its window.
            named = [c.edition for c in windows if c.edition is not None]
            for edition in {e.slug: e for e in [*self._editions, *named]}.values():
                if edition.held:
                    self._areas[edition.slug] = areas_of(edition)

    def answer(self, clause: Clause, opening: Opening) -> Opening:
        """Return the opening with its answer and reason."""
        certainty, why = self._decide(clause, opening)
        return replace(opening, near_area=certainty, near_area_why=why)

    def _decide(self, clause: Clause, opening: Opening) -> tuple[Certainty, Both]:
        editions = self._in_force(clause, opening)
        missing = next((e for e in editions if e.slug not in self._areas), None)
        if not editions or missing is not None:
            return "perhaps", _missing_edition(missing, clause)
        address = opening.address
        if address is None or address.lat is None or address.lon is None:
            return "perhaps", _missing_position(opening)
        if address.position_basis in COARSE or not address.certain:
            return "perhaps", _missing_position(opening)
        answers = [self._measure(clause, opening, address, e) for e in editions]
        if len({certainty for certainty, _ in answers}) == 1:
            return answers[0]
        return "perhaps", _editions_differ(opening, editions)

    def _measure(
        self, clause: Clause, opening: Opening, address: AddressOnDay, edition: AreaEdition
    ) -> tuple[Certainty, Both]:
        assert address.lat is not None
        assert address.lon is not None
        found = area_test(address.lat, address.lon, self._areas[edition.slug], edition.slug)
        if found is None:
            return "no", ("", "")
        if found.metres == 0 or (clause.distance_m and found.metres <= clause.distance_m):
            return "yes", ("", "")
        if clause.distance_m is None:
            return "perhaps", _missing_distance(opening, found.area, found.metres, edition.slug)
        return "no", ("", "")

    def _in_force(self, clause: Clause, opening: Opening) -> list[AreaEdition]:
        """Choose the edition the clause names, else all that can be in force when it opened."""
        if clause.edition is not None:
            return [clause.edition]
        first, last = opening.opened.window
        last = min(last, clause.window_to)
        begun = [e for e in self._editions if (e.valid_from_earliest or date.min) <= last]
        # An edition that may have begun only after the opening leaves the one before in question.
        later = [e for e in begun if e.valid_from and (e.valid_from_latest or date.max) > first]
        before = [e for e in begun if e not in later]
        return [*before[-1:], *later]


def _missing_edition(edition: AreaEdition | None, clause: Clause) -> Both:
    if edition is None:
        return (
            f"Ingen upplaga av områdeslistan finns för tiden till {clause.window_to}.",
            f"No edition of the area list is on record for the time until {clause.window_to}.",
        )
    return (
        f"Upplagan som då gällde ({edition.slug}) finns inte med områdenas läge.",
        f"The edition then in force ({edition.slug}) is not held with the areas' positions.",
    )


def _editions_differ(opening: Opening, editions: Sequence[AreaEdition]) -> Both:
    named = ", ".join(edition.slug for edition in editions)
    return (
        (
            f"Vilken upplaga som gällde när {opening.name} öppnade är inte känt, och de ger olika "
            f"svar: {named}."
        ),
        (
            f"Which edition was in force when {opening.name} opened is not known, and they give "
            f"different answers: {named}."
        ),
    )


def _missing_position(opening: Opening) -> Both:
    return (
        f"Läget inom orten är inte känt för {opening.name}.",
        f"The place within the town is not known for {opening.name}.",
    )


def _missing_distance(opening: Opening, area: str, metres: float, edition: str) -> Both:
    rounded = round(metres, -1)
    return (
        (
            f"{opening.name} ligger {rounded:.0f} m från {area} ({edition}); "
            "uppdraget anger inget avstånd."
        ),
        (
            f"{opening.name} lies {rounded:.0f} m from {area} ({edition}); "
            "the commission gives no distance."
        ),
    )
