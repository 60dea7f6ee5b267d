"""Opening a programme: a project for every slot at once."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from knutpunkt.core import clock
from knutpunkt.core.runs import run_get
from knutpunkt.errors import KnutpunktError
from knutpunkt.mandates.models import Clause
from knutpunkt.mandates.selectors import mandate_get
from knutpunkt.network.models import Municipality
from knutpunkt.planning.services import RUN_KIND
from knutpunkt.programme.drafting import CREWS, ProgrammeDraft, SlotDraft, draft_of
from knutpunkt.programme.log import log_write
from knutpunkt.programme.models import (
    Criterion,
    Programme,
    Project,
    Promise,
    Slot,
    Template,
    Wave,
)
from knutpunkt.programme.services.copying import ProgrammeOpened, copy_template
from knutpunkt.programme.services.known_offices import tie_known_offices
from knutpunkt.programme.templates_loading import template_latest, templates_load
from knutpunkt.programme.writing import saved

#: What premises are compared on, unless the programme says otherwise: name and weight.
CRITERIA = (
    ("reach", "Nåbarhet med buss och till fots", "Reach by bus and on foot", 3),
    ("accessibility", "Tillgänglighet", "Accessibility", 3),
    ("safety", "Överblick och trygghet", "Overview and safety", 2),
    ("people", "Antal personer brandskyddet tillåter", "People the fire limit allows", 2),
    ("rent", "Hyra", "Rent", 2),
    ("exit", "Möjlighet att lämna i förtid", "Early exit from the lease", 2),
    ("ready", "Tid till inflyttning", "Time until it can be used", 1),
)


class StudyUnfinished(KnutpunktError):
    """The plan has no result to open a programme from."""

    code = "study-unfinished"
    hint = gettext_noop("Wait until the plan is made, or choose one that found places.")
    status = 409


class NothingToOpenFrom(KnutpunktError):
    """Neither a commission nor a plan was named."""

    code = "nothing-to-open-from"
    hint = gettext_noop("Name the commission by its key, or the plan by its number.")
    exit_code = 2


@transaction.atomic
def programme_open(
    *, by: str, mandate: str = "", study: str = "", starts_on: date | None = None
) -> Programme:
    """Open a programme from a commission, or from a finished plan made for one.

    Every slot the clauses order gets its project at once, with rounds and deadlines from the
    clauses and the newest plan of the agency. From a plan, the places it proposes come along with
    what it claims about each.

    Parameters
    ----------
    by
        Who opens it.
    mandate
        Key of the commission; not needed with ``study``.
    study
        Number of a finished plan run.
    starts_on
        When work begins; by default the day the commission was decided.

    Raises
    ------
    NotFound, MandateOrdersNothing, StudyUnfinished, ProgrammeOpened
        When it cannot be.
    """
    plan = _plan(study) if study else {}
    slug = plan.get("mandate") or mandate
    if not slug:
        raise NothingToOpenFrom(_("It is not said which commission or plan the programme follows."))
    draft = draft_of(slug, known_on=clock.today())
    templates_load()
    programme = _programme(draft, study=study, starts_on=starts_on, by=by)
    waves = _waves(programme, draft, starts_on)
    slots = [_slot(programme, drafted, waves, draft) for drafted in draft.slots]
    template = template_latest("open")
    projects = _projects(slots, template, draft.slots)
    if plan:
        _promise(projects, plan)
    tied = tie_known_offices(projects)
    for position, (key, name_sv, name_en, weight) in enumerate(CRITERIA):
        row = {"name_sv": name_sv, "name_en": name_en, "weight": weight}
        Criterion.objects.create(programme=programme, key=key or str(position), **row)
    log_write(
        programme,
        "programme-opened",
        by=by,
        mandate=slug,
        study=study,
        slots=len(slots),
        offices_on_record=tied,
        template=str(template),
    )
    return programme


def _plan(study: str) -> dict[str, Any]:
    """Read the result of a finished plan run."""
    try:
        run = run_get(uuid.UUID(study))
    except ValueError:
        raise StudyUnfinished(
            _("“%(study)s” is not the number of a plan.") % {"study": study}
        ) from None
    result = run.result or {}
    if run.kind != RUN_KIND or run.state != "done" or "sites" not in result:
        raise StudyUnfinished(_("Plan %(study)s has found no places yet.") % {"study": study})
    return dict(result)


def _programme(draft: ProgrammeDraft, *, study: str, starts_on: date | None, by: str) -> Programme:
    mandate = mandate_get(draft.mandate)
    taken = Programme.objects.filter(mandate=mandate).first()
    if taken is not None:
        raise ProgrammeOpened(key=taken.key)
    programme = Programme(
        key=draft.mandate,
        title_sv=draft.title_sv,
        title_en=draft.title_en,
        mandate=mandate,
        study=study,
        starts_on=starts_on or draft.starts_on,
        opened_by=by,
        crews=CREWS,
    )
    try:
        with transaction.atomic():
            return saved(programme)
    except IntegrityError:
        raise ProgrammeOpened(key=draft.mandate) from None


def _waves(programme: Programme, draft: ProgrammeDraft, starts_on: date | None) -> dict[int, Wave]:
    return {
        wave.number: saved(
            Wave(
                programme=programme,
                number=wave.number,
                starts_on=max(wave.starts_on, starts_on) if starts_on else wave.starts_on,
                window_from=wave.window_from,
                window_to=wave.window_to,
            )
        )
        for wave in draft.waves
    }


def _slot(
    programme: Programme, drafted: SlotDraft, waves: Mapping[int, Wave], draft: ProgrammeDraft
) -> Slot:
    clause = Clause.objects.filter(mandate__slug=draft.mandate, key=drafted.clause_key).first()
    return saved(
        Slot(
            programme=programme,
            key=drafted.key,
            name=drafted.name,
            municipality_id=drafted.municipality_code,
            clause=clause,
            wave=waves[drafted.wave],
        )
    )


def _projects(
    slots: Iterable[Slot], template: Template, drafts: Iterable[SlotDraft]
) -> list[Project]:
    classes = {draft.key: draft.reference_class for draft in drafts}
    projects = [
        saved(Project(slot=slot, kind="open", template=template, reference_class=classes[slot.key]))
        for slot in slots
    ]
    copy_template(projects, template)
    return projects


def _promise(projects: Iterable[Project], plan: Mapping[str, Any]) -> None:
    """Give each slot the place the plan proposes in its municipality, and keep its claims."""
    sites = list(plan["sites"])
    nameless: list[Project] = []
    for project in projects:
        code = project.slot.municipality_id
        site = next((one for one in sites if code is not None and one["code"] == code), None)
        if site is not None:
            sites.remove(site)
            _take_place(project, site, plan)
        elif code is None:
            nameless.append(project)
    for project, site in zip(nameless, sites, strict=False):
        project.slot.municipality = Municipality.objects.get(code=site["code"])
        project.slot.name = site["municipality"]
        _take_place(project, site, plan)


def _take_place(project: Project, site: Mapping[str, Any], plan: Mapping[str, Any]) -> None:
    slot = project.slot
    slot.place, slot.lat, slot.lon = site["place"], site["lat"], site["lon"]
    saved(slot)
    claims = [
        ("persons-nearer", float(site["persons"]), "persons"),
        ("minutes-each", float(site["minutes"]), "minutes"),
    ]
    gain = next((one for one in plan.get("gains", ()) if one["code"] == site["code"]), None)
    if gain is not None:
        claims += [
            ("mean-minutes-before", float(gain["minutes_before"]), "minutes"),
            ("mean-minutes-after", float(gain["minutes_after"]), "minutes"),
        ]
    for measure, value, unit in claims:
        Promise.objects.create(
            project=project,
            measure=measure,
            value=value,
            unit=unit,
            source=f"plan {plan.get('inputs_hash', '')[:12]}",
            made_on=clock.today(),
        )
