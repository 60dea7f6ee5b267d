"""What visitors did, as the demand of the next plan: visits beside the residents they came from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Sum

from knutpunkt.network.selectors import network_on
from knutpunkt.planning.models import DemandPoint
from knutpunkt.reception.models import Room
from knutpunkt.reception.selectors.figures import figures, visits_by_office

PER = 1_000


@dataclass(frozen=True, slots=True)
class Seen:
    """One office in a period. ``residents`` live in its municipality, shared by its offices.

    ``sent_on`` are errands that had to be sent on: demand that another place, or another level
    of service, could have met.
    """

    key: str
    name: str
    municipality: str
    visits: int
    errands: int
    sent_on: int
    days: int
    residents: int | None
    offices_there: int
    simulated: bool

    @property
    def a_day(self) -> float:
        """Visits on a day with visits."""
        return self.visits / self.days if self.days else 0.0

    @property
    def per_thousand(self) -> float | None:
        """Visits per 1,000 residents; only where the office is the municipality's only one."""
        if not self.residents or self.offices_there != 1:
            return None
        return PER * self.visits / self.residents


def visits_seen(first: date, last: date) -> list[Seen]:
    """Offices with visits in a period, most visits first.

    Who came from where is not asked at the desk, so visits are set beside the residents of the
    office's municipality and no catchment is claimed.
    """
    counted = figures(first, last, group_by="office")
    days = visits_by_office(first, last)
    register = {office.key: office for office in network_on(last).offices}
    there: dict[str | None, int] = {}
    for standing in register.values():
        if standing.open == "yes":
            town = standing.address.municipality_code
            there[town] = there.get(town, 0) + 1
    people = dict(
        DemandPoint.objects.values_list("municipality_id").annotate(residents=Sum("persons"))
    )
    simulated = set(Room.objects.filter(simulated=True).values_list("office__key", flat=True))
    found = []
    for group in counted.groups:
        office = register.get(group.key)
        code = office.address.municipality_code if office else None
        found.append(
            Seen(
                key=group.key,
                name=office.name if office else group.key,
                municipality=office.address.municipality if office else "",
                visits=group.value("visits") or 0,
                errands=group.value("errands") or 0,
                sent_on=group.value("sent_on") or 0,
                days=days[group.key].days_open if group.key in days else 0,
                residents=people.get(code) if code else None,
                offices_there=there.get(code, 0),
                simulated=group.key in simulated,
            )
        )
    return sorted(found, key=lambda one: (-one.visits, one.name))
