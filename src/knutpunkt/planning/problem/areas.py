"""Which edition of the list of areas a clause is read with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from knutpunkt.core.edtf import DAWN
from knutpunkt.mandates.models import Clause
from knutpunkt.network.models import Area, AreaEdition
from knutpunkt.network.selectors.areas import areas_of


@dataclass(frozen=True, slots=True)
class AreaList:
    """The areas a clause is read with, and the edition that ought to be used.

    ``meant`` is the edition the clause names, or the one in force when its window begins; it is
    ``None`` when none is on record. Where its geometry is not held, the held edition nearest in
    time stands in for it.
    """

    edition: AreaEdition
    areas: tuple[Area, ...]
    meant: AreaEdition | None

    @property
    def stands_in(self) -> bool:
        """Whether another edition than the one meant is used."""
        return self.edition != self.meant


def area_lists(clauses: Sequence[Clause]) -> Mapping[str, AreaList]:
    """Choose the edition for every clause about areas: one query, and one per edition used.

    A clause is missing in the answer when no edition at all is held.
    """
    asking = [clause for clause in clauses if clause.type == "adjacent_area"]
    editions = list(AreaEdition.objects.order_by("valid_from_earliest")) if asking else []
    held = [edition for edition in editions if edition.held]
    areas: dict[int, tuple[Area, ...]] = {}
    chosen = {}
    for clause in asking:
        meant = clause.edition or _in_force(editions, clause.window_from or clause.window_to)
        used = _stand_in(held, meant, clause.window_from or clause.window_to)
        if used is not None:
            areas.setdefault(used.pk, tuple(areas_of(used)))
            chosen[clause.key] = AreaList(used, areas[used.pk], meant)
    return chosen


def areas_on(day: date) -> tuple[AreaEdition | None, tuple[Area, ...]]:
    """Areas as they stood on a day, from the held edition nearest in time: two queries."""
    editions = list(AreaEdition.objects.order_by("valid_from_earliest"))
    held = [edition for edition in editions if edition.held]
    used = _stand_in(held, _in_force(editions, day), day)
    return used, tuple(areas_of(used)) if used else ()


def _in_force(editions: Sequence[AreaEdition], day: date) -> AreaEdition | None:
    """The latest edition begun by the day; an edition holds until the next one."""
    begun = [edition for edition in editions if (edition.valid_from_earliest or DAWN) <= day]
    return begun[-1] if begun else None


def _stand_in(
    held: Sequence[AreaEdition], meant: AreaEdition | None, day: date
) -> AreaEdition | None:
    if meant is not None and meant.held:
        return meant
    return min(
        held, key=lambda edition: abs((edition.valid_from_earliest or DAWN) - day), default=None
    )
