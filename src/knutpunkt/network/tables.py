"""The exchange format of the register: its tables, in the order in which they refer to each other.

The order and the columns are documented in docs/exchange.md.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.db import models

from knutpunkt.core.exchange import Many, Ref, Table
from knutpunkt.network.models import (
    AgreementTask,
    Area,
    AreaEdition,
    Authority,
    BalanceMember,
    CalendarDay,
    County,
    Equipment,
    HoursRule,
    Municipality,
    Office,
    OfficeAddress,
    OfficeEquipment,
    OfficeEvent,
    OfficeKind,
    OfficeName,
    OpeningBalance,
    Place,
    PlaceAlias,
    PublishedCount,
    Service,
    ServiceAgreement,
    ServiceLevel,
)

NOTES = {"note_sv": "note_sv", "note_en": "note_en"}
CLAIM = {"source": "source", "published_on": "published_on", **NOTES}
SPAN = {"valid_from": "valid_from", "valid_to": "valid_to"}
DECIDED = {"decided_by": "decided_by", "decision": "decision"}
GRADED = {"basis": "basis", "confidence": "confidence"}
UNDECIDED = {"decided_by": ("unknown",)}
FACT = {**SPAN, **DECIDED, **GRADED, **CLAIM}


def same(*columns: str) -> dict[str, str]:
    """Columns that are called like the attributes they fill."""
    return {column: column for column in columns}


def keys(model: type[models.Model], *attrs: str) -> Callable[[], Mapping[tuple[str, ...], Any]]:
    """Read the natural keys of a model when the import gets there."""

    def known() -> Mapping[tuple[str, ...], Any]:
        rows = model._default_manager.values_list("pk", *attrs)
        return {tuple(map(str, row[1:])): row[0] for row in rows}

    return known


def ref(
    attr: str, column: str, model: type[models.Model], key: str, *, blank: tuple[str, ...] = ()
) -> Ref:
    """Refer to one row by one column."""

    def of(instance: Any) -> tuple[str, ...]:
        found = getattr(instance, attr)
        return (str(getattr(found, key)),) if found is not None else (blank[-1],)

    return Ref(attr, (column,), keys(model, key), of, model, blank)


def _agreed_task(instance: ServiceLevel) -> tuple[str, ...]:
    task = instance.task
    return (task.agreement.key, task.service.authority_id, task.service.slug)


TASK = Ref(
    "task",
    ("agreement", "authority", "service"),
    keys(AgreementTask, "agreement__key", "service__authority_id", "service__slug"),
    _agreed_task,
    AgreementTask,
)
SERVICE = Ref(
    "service",
    ("authority", "service"),
    keys(Service, "authority_id", "slug"),
    lambda task: (task.service.authority_id, task.service.slug),
    Service,
)
OFFICE = ref("office", "office", Office, "key")
MUNICIPALITY = ref("municipality", "municipality_code", Municipality, "code")

TABLES: tuple[Table, ...] = (
    Table(
        "counties",
        County,
        same("code", "name"),
        identity=("code",),
        natural_key=("code",),
        required=("code", "name"),
    ),
    Table(
        "municipalities",
        Municipality,
        same("code", "name", "population", "population_on", "lat", "lon", "point_basis"),
        identity=("code",),
        natural_key=("code",),
        refs=(ref("county", "county_code", County, "code"),),
        required=("code", "name", "county_code"),
    ),
    Table(
        "places",
        Place,
        same("key", "name", "lat", "lon", "inhabitants", "assigned_by"),
        identity=("key",),
        natural_key=("key",),
        refs=(MUNICIPALITY,),
        required=("key", "name", "municipality_code"),
    ),
    Table(
        "area_editions",
        AreaEdition,
        {**same("slug", "title_sv", "title_en", "held"), "areas": "areas_published", **FACT},
        identity=("slug",),
        natural_key=("slug",),
        required=("slug", "title_sv", "title_en"),
    ),
    Table(
        "areas",
        Area,
        same("name", "category", "place", "lat", "lon", "area_km2", "polygon_updated_on"),
        identity=("edition", "municipality_code", "name"),
        refs=(ref("edition", "edition", AreaEdition, "slug"), MUNICIPALITY),
        required=("edition", "municipality_code", "name", "lat", "lon", "area_km2"),
    ),
    Table(
        "authorities",
        Authority,
        same("slug", "name_sv", "name_en", "kind", "organisation_number", "source"),
        identity=("slug",),
        natural_key=("slug",),
        required=("slug", "name_sv", "name_en"),
    ),
    Table(
        "equipment",
        Equipment,
        same("slug", "name_sv", "name_en"),
        identity=("slug",),
        natural_key=("slug",),
        required=("slug", "name_sv", "name_en"),
    ),
    Table(
        "services",
        Service,
        same(
            "slug",
            "name_sv",
            "name_en",
            "exercises_authority",
            "personal_data",
            "needs_equipment_from",
            "source",
        ),
        identity=("authority", "slug"),
        natural_key=("authority", "slug"),
        refs=(
            ref("authority", "authority", Authority, "slug"),
            ref("needs_equipment", "needs_equipment", Equipment, "slug", blank=("",)),
        ),
        required=("authority", "slug", "name_sv", "name_en"),
    ),
    Table(
        "agreements",
        ServiceAgreement,
        {**same("key", "title_sv", "title_en"), **FACT},
        identity=("key",),
        natural_key=("key",),
        many=(
            Many(
                "parties",
                "parties",
                keys(Authority, "slug"),
                lambda agreement: [party.slug for party in agreement.parties.all()],
                Authority,
            ),
        ),
        required=("key", "title_sv", "title_en", "parties"),
        means_empty=UNDECIDED,
    ),
    Table(
        "agreement_tasks",
        AgreementTask,
        {
            **same("exercises_authority", "personal_data_access", "basis", "source"),
            **NOTES,
        },
        identity=("agreement", "authority", "service"),
        natural_key=("agreement", "authority", "service"),
        refs=(
            Ref(
                "agreement",
                ("agreement",),
                keys(ServiceAgreement, "key"),
                lambda task: (task.agreement.key,),
                ServiceAgreement,
            ),
            SERVICE,
        ),
        required=("agreement", "authority", "service"),
    ),
    Table(
        "offices",
        Office,
        {"key": "key", "confidence": "confidence", **CLAIM},
        identity=("key",),
        natural_key=("key",),
        required=("key",),
    ),
    Table(
        "place_aliases",
        PlaceAlias,
        same("alias", "kind", "source"),
        identity=("alias",),
        refs=(MUNICIPALITY, ref("office", "office", Office, "key", blank=("",))),
        required=("alias", "municipality_code"),
    ),
    Table(
        "names",
        OfficeName,
        {"name": "name", **FACT},
        identity=("office",),
        refs=(OFFICE,),
        required=("office", "name"),
        means_empty=UNDECIDED,
    ),
    Table(
        "kinds",
        OfficeKind,
        {"kind": "kind", **FACT},
        identity=("office",),
        refs=(OFFICE,),
        required=("office", "kind"),
        means_empty=UNDECIDED,
    ),
    Table(
        "addresses",
        OfficeAddress,
        {
            **same("street", "postal_code", "locality", "lat", "lon", "position_basis"),
            **FACT,
        },
        identity=("office",),
        refs=(
            OFFICE,
            ref("municipality", "municipality_code", Municipality, "code", blank=("",)),
        ),
        required=("office",),
        means_empty=UNDECIDED,
    ),
    Table(
        "events",
        OfficeEvent,
        {
            **same("kind", "happened_on"),
            **GRADED,
            **same("decided_by", "decided_on", "decision", "consulted", "leaves_municipality"),
            **CLAIM,
        },
        identity=("office", "kind"),
        refs=(OFFICE,),
        required=("office", "kind", "happened_on"),
        means_empty=UNDECIDED,
    ),
    Table(
        "balances",
        OpeningBalance,
        {**same("on", "total"), **GRADED, **CLAIM},
        identity=("on",),
        natural_key=("on",),
        required=("on", "total", "source"),
    ),
    Table(
        "balance_members",
        BalanceMember,
        {"on": "balance_on", **GRADED, **CLAIM},
        identity=("on", "office"),
        refs=(OFFICE,),
        required=("on", "office"),
    ),
    Table(
        "published_counts",
        PublishedCount,
        {"date": "counted_on", "count": "count", "kind": "kind", **CLAIM},
        identity=("date", "source", "count"),
        required=("date", "count", "kind", "source"),
    ),
    Table(
        "office_equipment",
        OfficeEquipment,
        FACT,
        identity=("office", "equipment"),
        refs=(OFFICE, ref("equipment", "equipment", Equipment, "slug")),
        required=("office", "equipment"),
        means_empty=UNDECIDED,
    ),
    Table(
        "service_levels",
        ServiceLevel,
        {"level": "level", **FACT},
        identity=("office", "agreement", "authority", "service"),
        refs=(ref("office", "office", Office, "key", blank=("", "*")), TASK),
        required=("agreement", "authority", "service", "level"),
        means_empty=UNDECIDED,
    ),
    Table(
        "hours",
        HoursRule,
        {**same("layer", "week", "reason_sv", "reason_en"), **FACT},
        identity=("office", "authority", "layer"),
        refs=(OFFICE, ref("authority", "authority", Authority, "slug", blank=("",))),
        required=("office", "layer", "week"),
        means_empty=UNDECIDED,
    ),
    Table(
        "calendar",
        CalendarDay,
        {"date": "on", **same("name_sv", "name_en", "policy", "until", "basis", "source")},
        identity=("date",),
        natural_key=("date",),
        required=("date", "name_sv", "name_en", "policy"),
    ),
)
