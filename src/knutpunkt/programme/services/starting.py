"""Single projects: to move or close an office, or for a slot that is added."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from knutpunkt.core import clock
from knutpunkt.core.text import fold
from knutpunkt.errors import KnutpunktError
from knutpunkt.mandates.models import Clause
from knutpunkt.mandates.selectors import mandate_get
from knutpunkt.network.models import Municipality, Office, OfficeAddress, OfficeName
from knutpunkt.programme.log import log_write
from knutpunkt.programme.models import Programme, Project, Slot, Wave
from knutpunkt.programme.services.copying import ProgrammeOpened, copy_template
from knutpunkt.programme.templates_loading import template_latest, templates_load
from knutpunkt.programme.writing import saved


class StartNeedsAnOffice(KnutpunktError):
    """Moving and closing concern an office there is."""

    code = "start-needs-an-office"
    hint = gettext_noop("Name the office by its key.")


@transaction.atomic
def programme_create(
    *, key: str, title_sv: str, title_en: str, starts_on: date, by: str, mandate: str = ""
) -> Programme:
    """Create a programme without slots, for instance one that moves and closes offices.

    Raises
    ------
    NotFound
        When there is no such commission.
    Invalid
        When the key is taken or a value is not allowed.
    """
    programme = saved(
        Programme(
            key=key,
            title_sv=title_sv,
            title_en=title_en,
            starts_on=starts_on,
            mandate=mandate_get(mandate) if mandate else None,
            opened_by=by,
        )
    )
    log_write(programme, "programme-opened", by=by, mandate=mandate, slots=0)
    return programme


@transaction.atomic
def project_start(
    *, programme: Programme, office: Office, kind: str, by: str, ends_by: date
) -> Project:
    """Start a project that moves or closes an office.

    Parameters
    ----------
    ends_by
        The day by which it is to be done.

    Raises
    ------
    StartNeedsAnOffice
        When the kind is neither ``move`` nor ``close``.
    ProgrammeOpened
        When such a project is under way for the office.
    """
    if kind not in ("move", "close"):
        raise StartNeedsAnOffice(_("Only moving and closing start from an office."))
    templates_load()
    template = template_latest(kind)
    key = f"{kind}-{office.key}"[:60]
    if programme.slots.filter(key=key).exists():
        raise ProgrammeOpened(key=key)
    wave = _wave_until(programme, ends_by)
    where = _place_of(office)
    slot = saved(Slot(programme=programme, key=key, wave=wave, **where))
    project = saved(Project(slot=slot, kind=kind, template=template, office=office))
    copy_template([project], template)
    log_write(programme, "project-started", by=by, project=project, what=kind, office=office.key)
    return project


@transaction.atomic
def slot_insert(
    *,
    programme: Programme,
    municipality: Municipality | None,
    name: str,
    wave: Wave,
    clause: Clause | None,
    by: str,
    reference_class: str = "rural",
) -> Project:
    """Add a further slot with its project, for instance a spare one.

    Raises
    ------
    Invalid
        When a value is not allowed.
    """
    template = template_latest("open")
    key = _free_key(programme, slugify(fold(name)) or "slot")
    slot = saved(
        Slot(
            programme=programme,
            key=key,
            name=name,
            municipality=municipality,
            clause=clause,
            wave=wave,
        )
    )
    project = saved(
        Project(slot=slot, kind="open", template=template, reference_class=reference_class)
    )
    copy_template([project], template)
    log_write(programme, "slot-inserted", by=by, project=project, slot=key)
    return project


def _wave_until(programme: Programme, ends_by: date) -> Wave:
    """Find the round that ends on a day, or make one."""
    found = programme.waves.filter(window_to=ends_by).first()
    if found is not None:
        return found
    last = programme.waves.order_by("-number").first()
    return saved(
        Wave(
            programme=programme,
            number=(last.number if last else 0) + 1,
            starts_on=min(clock.today(), ends_by),
            window_to=ends_by,
        )
    )


def _place_of(office: Office) -> dict[str, Any]:
    name = OfficeName.objects.known_on(None).filter(office=office).order_by("pk").last()
    address = OfficeAddress.objects.known_on(None).filter(office=office).order_by("pk").last()
    return {
        "name": name.name if name else office.key,
        "municipality": address.municipality if address else None,
    }


def _free_key(programme: Programme, wanted: str) -> str:
    taken = set(programme.slots.values_list("key", flat=True))
    number, key = 1, wanted
    while key in taken:
        number += 1
        key = f"{wanted}-{number}"
    return key
