"""Which opening counts for which clause, as the register dates it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from knutpunkt.mandates.models import Attribution, Clause
from knutpunkt.mandates.selectors.views import AttributionView
from knutpunkt.mandates.verdicts import Opening
from knutpunkt.network.life import Certainty, Moment, Stay
from knutpunkt.network.selectors import AddressOnDay, NetworkOnDay, OfficeOnDay, Register


def attributions(
    register: Register, network: NetworkOnDay
) -> list[tuple[AttributionView, Opening]]:
    """Every attribution that stands, with its opening as the register dates it: one query.

    An opening counts where the office stood when it opened, wherever it has moved since.
    """
    on, known_on = network.day, network.known_on
    offices = {office.key: office for office in network.offices}
    rows = Attribution.objects.known_on(known_on).select_related("office", "clause__mandate")
    found = []
    for row in rows:
        office = offices.get(row.office.key)
        if office is not None and len(_recorded(office)) >= row.opening:
            opened_by = min(_recorded(office)[row.opening - 1].opened.window[1], on)
            address = register.address_of(office.key, opened_by)
            found.append(_attribution(row, office, address, on))
    return sorted(found, key=lambda pair: (pair[1].opened.window, pair[0].name))


def _attribution(
    row: Attribution, office: OfficeOnDay, address: AddressOnDay, day: date
) -> tuple[AttributionView, Opening]:
    stay = _recorded(office)[row.opening - 1]
    texts = {event.pk: event.happened_on for event in office.events}
    closed: Certainty = "no"
    if stay.closed is not None:
        closed = "yes" if stay.closed.window[1] < day else _perhaps_before(stay.closed, day)
    opening = Opening(
        office=office.key,
        name=office.name,
        municipality_code=address.municipality_code,
        clause=row.clause.key,
        opened=stay.opened,
        opened_on=texts.get(stay.opened.pk or 0, ""),
        address=address,
    )
    view = AttributionView(
        office=office.key,
        name=office.name,
        municipality_code=address.municipality_code,
        municipality=address.municipality,
        mandate=row.clause.mandate.slug,
        clause=row.clause.key,
        basis=row.basis,
        opened_on=opening.opened_on,
        opened=opening.by(day),
        closed_on=texts.get(stay.closed.pk or 0, "") if stay.closed else "",
        closed=closed,
        source=row.source,
        note_sv=row.note_sv,
        note_en=row.note_en,
    )
    return view, opening


def _recorded(office: OfficeOnDay) -> list[Stay]:
    """Stays whose opening is on record; one that only a closing implies is not numbered."""
    return [stay for stay in office.stays if stay.opened.pk is not None]


def _perhaps_before(moment: Moment, day: date) -> Certainty:
    return "perhaps" if moment.window[0] < day else "no"


def related(
    everything: Sequence[tuple[AttributionView, Opening]], clauses: Sequence[Clause], slug: str
) -> list[AttributionView]:
    """Own attributions, then others in the same window, which are easily mistaken for own."""
    ordering = [c for c in clauses if c.type in ("at_least", "named", "quota")]
    first = min((c.window_from for c in ordering if c.window_from), default=None)
    last = max((c.window_to for c in ordering), default=None)
    own = [view for view, _ in everything if view.mandate == slug]
    others = [
        view
        for view, opening in everything
        if view.mandate != slug and last is not None and opening.within(first, last) != "no"
    ]
    return [*own, *others]
