"""A commission on a day as a page: every clause with its verdict and what it rests on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from knutpunkt.core.models import Basis
from knutpunkt.mandates.selectors import (
    AttributionView,
    MandateCheck,
    MandateView,
    PlanView,
    Verdict,
)
from knutpunkt.public import words
from knutpunkt.public.pages.history import decided_words
from knutpunkt.public.pages.sources import SourceShown, local, source_plain

SIGNS = {"met": "✓", "open": "…", "breached": "!", "impossible": "×", "undecided": "?"}


@dataclass(frozen=True, slots=True)
class MandateLine:
    """A commission in the list."""

    title: str
    href: str
    decided: str
    note: str


@dataclass(frozen=True, slots=True)
class OfficeLink:
    """An office that counts."""

    name: str
    href: str


@dataclass(frozen=True, slots=True)
class ClauseLine:
    """A clause with its verdict."""

    key: str
    paraphrase: str
    quotation: str
    sign: str
    verdict: str
    look: str
    sentence: str
    because: str
    short: str
    window: str
    counted: tuple[OfficeLink, ...]
    possible: tuple[OfficeLink, ...]
    note: str
    source: SourceShown


@dataclass(frozen=True, slots=True)
class AttributionLine:
    """An opening and what it counts for."""

    name: str
    href: str
    municipality: str
    opened: str
    state: str
    mandate: str
    own: bool
    clause: str
    basis: str
    note: str
    source: SourceShown


@dataclass(frozen=True, slots=True)
class PlanLine:
    """One phase of one version of the plan."""

    plan: str
    phase: str
    adopted: str
    number: str
    window: str
    members: str
    paraphrase: str
    source: SourceShown


@dataclass(frozen=True, slots=True)
class MandatePage:
    """A commission, ready to show."""

    slug: str
    title: str
    decided: str
    note: str
    source: SourceShown
    day: str
    iso: str
    known_on: str
    opened: int
    possibly_opened: int
    later_closed: int
    clauses: tuple[ClauseLine, ...]
    attributions: tuple[AttributionLine, ...]
    plans: tuple[PlanLine, ...]
    slack: str
    steps: tuple[tuple[str, str], ...]


def mandate_lines(found: Iterable[MandateView]) -> tuple[MandateLine, ...]:
    """All commissions, ready to show."""
    return tuple(
        MandateLine(
            title=local(mandate, "title"),
            href=reverse("public:mandate", args=[mandate.slug]),
            decided=decided_words(mandate.decided_by, mandate.decided_on, mandate.dnr),
            note=local(mandate, "note"),
        )
        for mandate in found
    )


def mandate_page(check: MandateCheck) -> MandatePage:
    """Put together what the page of a commission shows."""
    mandate = check.mandate
    names = {a.office: a.name for a in check.attributions}
    return MandatePage(
        slug=mandate.slug,
        title=local(mandate, "title"),
        decided=decided_words(mandate.decided_by, mandate.decided_on, mandate.dnr),
        note=local(mandate, "note"),
        source=source_plain(mandate.source, mandate.published_on),
        day=words.day(check.on),
        iso=check.on.isoformat(),
        known_on=words.day(check.known_on) if check.known_on else "",
        opened=len(check.opened),
        possibly_opened=len(check.possibly_opened),
        later_closed=len(check.later_closed),
        clauses=tuple(_clause(verdict, names) for verdict in check.clauses),
        attributions=tuple(_attribution(a, mandate.slug) for a in check.attributions),
        plans=tuple(_plan(plan) for plan in check.plans),
        slack=local(check.slack, "sentence") if check.slack else "",
        steps=_steps(check),
    )


def _clause(verdict: Verdict, names: Mapping[str, str]) -> ClauseLine:
    said = {
        "met": _("Met"),
        "open": _("Still open"),
        "breached": _("Breached"),
        "impossible": _("Impossible"),
        "undecided": _("Undecided"),
    }
    return ClauseLine(
        key=verdict.key,
        paraphrase=local(verdict, "paraphrase"),
        quotation=verdict.quotation,
        sign=SIGNS[verdict.verdict],
        verdict=said[verdict.verdict],
        look=verdict.verdict,
        sentence=words.with_days_in_words(local(verdict, "sentence")),
        because=words.with_days_in_words(local(verdict, "because")),
        short=_short(verdict),
        window=_window(verdict.window_from, verdict.window_to),
        counted=_links(verdict.counted, names),
        possible=_links(verdict.possible, names),
        note=local(verdict, "note"),
        source=source_plain(verdict.source),
    )


def _window(first: date | None, last: date) -> str:
    if first is None:
        return _("by %(day)s") % {"day": words.day(last)}
    return f"{words.day(first)} – {words.day(last)}"


def _links(keys: Iterable[str], names: Mapping[str, str]) -> tuple[OfficeLink, ...]:
    return tuple(
        OfficeLink(names.get(key, key), reverse("public:office", args=[key])) for key in keys
    )


def _attribution(found: AttributionView, slug: str) -> AttributionLine:
    return AttributionLine(
        name=found.name,
        href=reverse("public:office", args=[found.office]),
        municipality=found.municipality,
        opened=words.rough_words(found.opened_on),
        state=_opening_state(found),
        mandate=found.mandate,
        own=found.mandate == slug,
        clause=found.clause,
        basis=str(Basis(found.basis).label),
        note=local(found, "note"),
        source=source_plain(found.source),
    )


def _opening_state(found: AttributionView) -> str:
    if found.opened == "yes" and found.closed != "no":
        return _("opened, later closed") if found.closed == "yes" else _("opened, perhaps closed")
    said = {"yes": _("opened"), "no": _("not opened"), "perhaps": _("perhaps opened")}
    return said[found.opened]


def _plan(plan: PlanView) -> PlanLine:
    most = plan.at_most
    return PlanLine(
        plan=plan.plan,
        phase=plan.phase,
        adopted=words.rough_words(plan.adopted_on),
        number=str(plan.at_least) if most in (None, plan.at_least) else f"{plan.at_least}–{most}",
        window=_window(plan.window_from, plan.window_to),
        members=", ".join(plan.members),
        paraphrase=local(plan, "paraphrase"),
        source=source_plain(plan.source),
    )


def _steps(check: MandateCheck) -> tuple[tuple[str, str], ...]:
    """Days worth going to: the ends of the windows."""
    days = sorted({verdict.window_to for verdict in check.clauses})
    address = reverse("public:mandate", args=[check.mandate.slug])
    return tuple((words.day(day), f"{address}?on={day.isoformat()}") for day in days)


def _short(verdict: Verdict) -> str:
    """How many are missing: a range where rough dates leave it open."""
    if not verdict.short_by:
        return ""
    if verdict.short_by_at_least == verdict.short_by:
        return _("%(n)d short") % {"n": verdict.short_by}
    return _("%(least)d to %(most)d short") % {
        "least": verdict.short_by_at_least,
        "most": verdict.short_by,
    }
