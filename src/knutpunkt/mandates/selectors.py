"""What each clause of a mandate is worth on a day, as known on a day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from knutpunkt.core.edtf import DAWN, DUSK
from knutpunkt.core.errors import NotFound
from knutpunkt.mandates import sentences, verdicts
from knutpunkt.mandates.models import Attribution, Clause, Mandate, PlanVersion
from knutpunkt.mandates.near import NearArea
from knutpunkt.mandates.sentences import ANYWHERE, Both
from knutpunkt.mandates.verdicts import Judgement, Opening, Terms
from knutpunkt.network.life import Certainty, Moment
from knutpunkt.network.selectors import NetworkOnDay, OfficeOnDay, network_on


@dataclass(frozen=True, slots=True)
class MandateView:
    slug: str
    title_sv: str
    title_en: str
    decided_on: str
    decided_by: str
    dnr: str
    amends: str | None
    source: str
    published_on: str
    note_sv: str
    note_en: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """A clause with its verdict on a day."""

    key: str
    type: str
    verdict: str
    sentence_sv: str
    sentence_en: str
    because_sv: str
    because_en: str
    short_by: int | None
    counted: tuple[str, ...]
    possible: tuple[str, ...]
    at_least: int | None
    at_most: int | None
    window_from: date | None
    window_to: date
    members: tuple[str, ...]
    paraphrase_sv: str
    paraphrase_en: str
    quotation: str
    source: str
    note_sv: str
    note_en: str


@dataclass(frozen=True, slots=True)
class AttributionView:
    """An opening and the quota it counts for, on a day."""

    office: str
    name: str
    municipality_code: str | None
    municipality: str
    mandate: str
    clause: str
    basis: str
    opened_on: str
    opened: Certainty
    closed_on: str
    closed: Certainty
    source: str
    note_sv: str
    note_en: str


@dataclass(frozen=True, slots=True)
class PlanView:
    plan: str
    phase: str
    adopted_on: str
    at_least: int
    at_most: int | None
    window_from: date
    window_to: date
    members: tuple[str, ...]
    paraphrase_sv: str
    paraphrase_en: str
    source: str


@dataclass(frozen=True, slots=True)
class Slack:
    """What the total leaves free when every part keeps its minimum."""

    total: int
    committed: int
    left: int
    sentence_sv: str
    sentence_en: str


@dataclass(frozen=True, slots=True)
class MandateCheck:
    """A mandate on a day: every clause judged, every opening with what it counts for."""

    mandate: MandateView
    on: date
    known_on: date | None
    clauses: tuple[Verdict, ...]
    attributions: tuple[AttributionView, ...]
    opened: tuple[str, ...]
    possibly_opened: tuple[str, ...]
    later_closed: tuple[str, ...]
    slack: Slack | None
    plans: tuple[PlanView, ...]


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
    network = network_on(on, known_on=known_on)
    everything = _attributions(network, on=on, known_on=known_on)
    own = [view for view, _ in everything if view.mandate == slug]
    openings = [opening for view, opening in everything if view.mandate == slug]
    clauses = list(
        mandate.clauses.select_related("edition").prefetch_related("members", "lodgings")
    )
    near = NearArea(clauses)
    judged = [_judge(clause, clauses, openings, network, near, on, known_on) for clause in clauses]
    related = _related(everything, clauses, slug)
    return MandateCheck(
        mandate=_view(mandate),
        on=on,
        known_on=known_on,
        clauses=tuple(judged),
        attributions=tuple(related),
        opened=tuple(view.name for view in own if view.opened == "yes"),
        possibly_opened=tuple(view.name for view in own if view.opened == "perhaps"),
        later_closed=tuple(view.name for view in own if view.closed == "yes"),
        slack=_slack(clauses),
        plans=tuple(_plan(row) for row in mandate.plans.prefetch_related("members")),
    )


def under_way(*, on: date, known_on: date | None = None) -> UnderWay:
    """Count what was ordered before a day and is not open on it, over all mandates.

    An order of at least n offices is under way until n openings that count for it have happened.
    """
    network = network_on(on, known_on=known_on)
    openings = _attributions(network, on=on, known_on=known_on)
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


def _judge(
    clause: Clause,
    clauses: Sequence[Clause],
    openings: Sequence[Opening],
    network: NetworkOnDay,
    near: NearArea,
    day: date,
    known_on: date | None,
) -> Verdict:
    terms = _terms(clause, clauses)
    if clause.type == "report_due":
        lodged = [
            (row.lodged_on, row.earliest or DAWN, row.latest or DUSK)
            for row in clause.lodgings.all()
            if known_on is None or row.known_from <= known_on
        ]
        return _verdict(clause, terms, verdicts.judge_report(terms, lodged, day))
    if clause.type == "adjacent_area":
        members = {code for code, _ in terms.members}
        placed = [
            near.answer(clause, opening, network.office(opening.office))
            for opening in openings
            if opening.municipality_code in members
        ]
        if (clause.at_least or 0) < len(members):
            quotas = {c.key for c in clauses if c.type == "quota"}
            placed = [o for o in placed if o.clause in quotas] or placed
            return _verdict(clause, terms, _judge_any_member(terms, placed, day))
        return _verdict(clause, terms, verdicts.judge_near_area(terms, placed, day))
    if clause.type == "named":
        own = [opening for opening in openings if opening.clause == clause.key]
        return _verdict(clause, terms, verdicts.judge_named(terms, own, day))
    counted = openings if clause.type == "at_least" else _of(openings, clause.key)
    return _verdict(clause, terms, verdicts.judge_count(terms, counted, day))


def _judge_any_member(terms: Terms, placed: Sequence[Opening], day: date) -> Judgement:
    """At least n openings anywhere among the members stand in or next to an area."""
    merged = [replace(opening, municipality_code=ANYWHERE) for opening in placed]
    anywhere = replace(terms, members=((ANYWHERE, ""),) * terms.at_least)
    return verdicts.judge_near_area(anywhere, merged, day)


def _of(openings: Sequence[Opening], clause: str) -> list[Opening]:
    return [opening for opening in openings if opening.clause == clause]


def _terms(clause: Clause, clauses: Sequence[Clause]) -> Terms:
    members = tuple((member.code, member.name) for member in clause.members.all())
    needed = clause.at_least if clause.at_least is not None else len(members)
    return Terms(
        key=clause.key,
        type=clause.type,
        at_least=needed,
        at_most=clause.at_most,
        window_from=clause.window_from,
        window_to=clause.window_to,
        members=members,
        facts_held=clause.facts_held,
        cap=_cap(clause, clauses),
    )


def _cap(clause: Clause, clauses: Sequence[Clause]) -> int | None:
    """How many openings can count for a total: the sum of its parts, when each part is bounded."""
    if clause.type != "at_least":
        return None
    parts = [part for part in clauses if part.type in ("named", "quota")]
    bounds = [
        part.at_most
        if part.at_most is not None
        else (len(part.members.all()) if part.type == "named" else None)
        for part in parts
    ]
    if not parts or None in bounds:
        return None
    return sum(bound for bound in bounds if bound is not None)


def _verdict(clause: Clause, terms: Terms, judged: Judgement) -> Verdict:
    return Verdict(
        key=clause.key,
        type=clause.type,
        verdict=judged.verdict,
        sentence_sv=judged.sentence[0],
        sentence_en=judged.sentence[1],
        because_sv=judged.because[0],
        because_en=judged.because[1],
        short_by=judged.short_by,
        counted=tuple(opening.office for opening in judged.counted),
        possible=tuple(opening.office for opening in judged.possible),
        at_least=clause.at_least,
        at_most=clause.at_most,
        window_from=clause.window_from,
        window_to=clause.window_to,
        members=tuple(code for code, _ in terms.members),
        paraphrase_sv=clause.paraphrase_sv,
        paraphrase_en=clause.paraphrase_en,
        quotation=clause.quotation,
        source=clause.source,
        note_sv=clause.note_sv,
        note_en=clause.note_en,
    )


def _attributions(
    network: NetworkOnDay, *, on: date, known_on: date | None
) -> list[tuple[AttributionView, Opening]]:
    """Every attribution that stands, with its opening as the register dates it."""
    offices = {office.key: office for office in network.offices}
    rows = Attribution.objects.known_on(known_on).select_related("office", "clause__mandate")
    found = []
    for row in rows:
        office = offices.get(row.office.key)
        if office is not None and len(office.stays) >= row.opening:
            found.append(_attribution(row, office, on))
    return sorted(found, key=lambda pair: (pair[1].opened.window, pair[0].name))


def _attribution(
    row: Attribution, office: OfficeOnDay, day: date
) -> tuple[AttributionView, Opening]:
    stay = office.stays[row.opening - 1]
    texts = {event.pk: event.happened_on for event in office.events}
    closed: Certainty = "no"
    if stay.closed is not None:
        closed = "yes" if stay.closed.window[1] < day else _perhaps_before(stay.closed, day)
    opening = Opening(
        office=office.key,
        name=office.name,
        municipality_code=office.address.municipality_code,
        clause=row.clause.key,
        opened=stay.opened,
        opened_on=texts.get(stay.opened.pk or 0, ""),
    )
    view = AttributionView(
        office=office.key,
        name=office.name,
        municipality_code=office.address.municipality_code,
        municipality=office.address.municipality,
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


def _perhaps_before(moment: Moment, day: date) -> Certainty:
    return "perhaps" if moment.window[0] < day else "no"


def _related(
    everything: Sequence[tuple[AttributionView, Opening]], clauses: Sequence[Clause], slug: str
) -> list[AttributionView]:
    """Own attributions, then others in the same window, which are easily mistaken for own."""
    first = min((c.window_from for c in clauses if c.window_from), default=None)
    last = max((c.window_to for c in clauses), default=None)
    own = [view for view, _ in everything if view.mandate == slug]
    others = [
        view
        for view, opening in everything
        if view.mandate != slug and last is not None and opening.within(first, last) != "no"
    ]
    return [*own, *others]


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
