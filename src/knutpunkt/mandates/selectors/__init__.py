"""What each clause of a mandate is worth on a day, as known on a day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from knutpunkt.core.edtf import DAWN
from knutpunkt.core.errors import NotFound
from knutpunkt.mandates import sentences
from knutpunkt.mandates.models import Clause, Mandate, PlanVersion
from knutpunkt.mandates.near import NearArea
from knutpunkt.mandates.selectors.attributions import attributions, related
from knutpunkt.mandates.selectors.judging import judge
from knutpunkt.mandates.selectors.views import (
    AttributionView,
    MandateCheck,
    MandateView,
    PlanView,
    Slack,
    Verdict,
)
from knutpunkt.mandates.sentences import Both
from knutpunkt.network.selectors import NetworkOnDay, Register

__all__ = [
    "AttributionView",
    "MandateCheck",
    "MandateView",
    "PlanView",
    "Slack",
    "UnderWay",
    "Verdict",
    "check",
    "mandate_get",
    "mandate_list",
    "under_way",
]


@dataclass(frozen=True, slots=True)
class UnderWay:
    """Offices ordered before a day and not open on it; a range where dates are rough."""

    at_least: int
    at_most: int

    @property
    def count(self) -> int | None:
        return self.at_least if self.at_least == self.at_most else None


def mandate_list() -> list[MandateView]:
    """All mandates by day of decision: one query."""
    rows = Mandate.objects.select_related("amends")
    return [_view(row) for row in sorted(rows, key=lambda m: m.decided_earliest or DAWN)]


def mandate_get(slug: str) -> Mandate:
    """Read a mandate by its key.

    Raises
    ------
    NotFound
        With the keys there are.
    """
    found = Mandate.objects.select_related("amends").filter(slug=slug).first()
    if found is None:
        known = ", ".join(Mandate.objects.values_list("slug", flat=True)) or "none"
        raise NotFound(f"There is no commission “{slug}”. Known are: {known}.")
    return found


def check(slug: str, *, on: date, known_on: date | None = None) -> MandateCheck:
    """Judge every clause of a mandate on a day, as known on a day: sixteen queries.

    Raises
    ------
    NotFound
        When there is no such mandate.
    """
    mandate = mandate_get(slug)
    if known_on is not None and mandate.known_from > known_on:
        raise NotFound(f"Commission “{slug}” was not known on {known_on}: it was published later.")
    register = Register(known_on=known_on)
    everything = attributions(register, register.on(on))
    own = [view for view, _ in everything if view.mandate == slug]
    openings = [opening for view, opening in everything if view.mandate == slug]
    clauses = list(
        mandate.clauses.select_related("edition").prefetch_related("members", "lodgings")
    )
    near = NearArea(clauses)
    judged = [judge(clause, clauses, openings, near, on, known_on) for clause in clauses]
    shown = related(everything, clauses, slug)
    return MandateCheck(
        mandate=_view(mandate),
        on=on,
        known_on=known_on,
        clauses=tuple(judged),
        attributions=tuple(shown),
        opened=tuple(view.name for view in own if view.opened == "yes"),
        possibly_opened=tuple(view.name for view in own if view.opened == "perhaps"),
        later_closed=tuple(view.name for view in own if view.closed == "yes"),
        slack=_slack(clauses),
        plans=tuple(_plan(row) for row in mandate.plans.prefetch_related("members")),
    )


def under_way(register: Register, network: NetworkOnDay) -> UnderWay:
    """Count what was ordered before a day and is not open on it, over all mandates: three queries.

    An order of at least n offices is under way until n openings that count for it have happened.
    """
    on, known_on = network.day, network.known_on
    openings = attributions(register, network)
    least = most = 0
    for mandate in Mandate.objects.filter(decided_latest__lt=on).prefetch_related("clauses"):
        if known_on is not None and mandate.known_from > known_on:
            continue
        ordered = _ordered(list(mandate.clauses.all()))
        own = [view.opened for view, _ in openings if view.mandate == mandate.slug]
        least += max(0, ordered - own.count("yes") - own.count("perhaps"))
        most += max(0, ordered - own.count("yes"))
    return UnderWay(least, most)


def _ordered(clauses: Sequence[Clause]) -> int:
    """How many offices a mandate orders: its largest total, else the sum of its parts."""
    totals = [clause.at_least or 0 for clause in clauses if clause.type == "at_least"]
    parts = [
        clause.at_least or 0
        for clause in clauses
        if clause.type in ("named", "quota") and clause.facts_held
    ]
    return max(totals) if totals else sum(parts)


def _slack(clauses: Sequence[Clause]) -> Slack | None:
    totals = [clause.at_least or 0 for clause in clauses if clause.type == "at_least"]
    words: dict[str, Both] = {
        "named": ("namngivna", "named"),
        "quota": ("i områdena", "in the areas"),
    }
    parts = [(c.at_least or 0, words[c.type]) for c in clauses if c.type in words]
    if not totals or not parts:
        return None
    total, committed = max(totals), sum(number for number, _ in parts)
    said = sentences.slack(parts, total)
    return Slack(total, committed, total - committed, said[0], said[1])


def _plan(row: PlanVersion) -> PlanView:
    return PlanView(
        plan=row.plan,
        phase=row.phase,
        adopted_on=row.adopted_on,
        at_least=row.at_least,
        at_most=row.at_most,
        window_from=row.window_from,
        window_to=row.window_to,
        members=tuple(member.name for member in row.members.all()),
        paraphrase_sv=row.paraphrase_sv,
        paraphrase_en=row.paraphrase_en,
        source=row.source,
    )


def _view(row: Mandate) -> MandateView:
    return MandateView(
        slug=row.slug,
        title_sv=row.title_sv,
        title_en=row.title_en,
        decided_on=row.decided_on,
        decided_by=row.decided_by,
        dnr=row.dnr,
        amends=row.amends.slug if row.amends else None,
        source=row.source,
        published_on=row.published_on,
        note_sv=row.note_sv,
        note_en=row.note_en,
    )
