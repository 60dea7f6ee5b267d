"""What offices do for which authority, at which level, on a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from knutpunkt.network.models import ServiceLevel


@dataclass(frozen=True, slots=True)
class Offer:
    """One service at an office (or, with no office, at every office) on a day."""

    office: str | None
    authority: str
    authority_sv: str
    authority_en: str
    service: str
    service_sv: str
    service_en: str
    level: str
    needs_equipment: str | None
    agreement: str
    certain: bool
    basis: str
    confidence: str
    source: str
    note_sv: str
    note_en: str


def offers_on(day: date, *, office: str | None = None, known_on: date | None = None) -> list[Offer]:
    """Service levels that hold on a day at one office, or everywhere: one query.

    With an office, levels that hold at every office are included.
    """
    rows = ServiceLevel.objects.known_on(known_on).select_related(
        "office", "task__service__authority", "task__agreement"
    )
    found = [_offer(row, day) for row in rows if row.may_hold_on(day)]
    wanted = [o for o in found if office is None or o.office in (None, office)]
    return sorted(wanted, key=lambda o: (o.authority_sv, o.service_sv, o.level))


def _offer(row: ServiceLevel, day: date) -> Offer:
    service = row.task.service
    return Offer(
        office=row.office.key if row.office else None,
        authority=service.authority_id,
        authority_sv=service.authority.name_sv,
        authority_en=service.authority.name_en,
        service=service.slug,
        service_sv=service.name_sv,
        service_en=service.name_en,
        level=row.level,
        needs_equipment=service.needs_equipment_id,
        agreement=row.task.agreement.key,
        certain=row.must_hold_on(day),
        basis=row.basis,
        confidence=row.confidence,
        source=row.source,
        note_sv=row.note_sv,
        note_en=row.note_en,
    )
