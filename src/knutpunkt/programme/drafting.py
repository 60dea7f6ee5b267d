"""The slots and rounds that follow from a commission: nothing is stored here.

The clauses say how many offices and where; the agency's plan, as far as it was known on the day,
says in which round.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from knutpunkt.core.text import alphabetical, fold
from knutpunkt.errors import KnutpunktError
from knutpunkt.mandates.models import Clause, Mandate, PlanVersion
from knutpunkt.mandates.selectors import mandate_get
from knutpunkt.network.models import Municipality

ORDERING = ("at_least", "named", "quota")
CREWS = {"fit-out": 8}
"""How many offices can be rebuilt at once; assumed, and to be set by the programme."""


class MandateOrdersNothing(KnutpunktError):
    """The commission orders no office, so there is nothing to open."""

    code = "mandate-orders-nothing"
    hint = gettext_noop(
        "Choose a commission that asks for offices; `knutpunkt mandates list` names them all."
    )

    def __init__(self, *, mandate: str, known_on: date) -> None:
        super().__init__(
            _("Commission “%(mandate)s”, as known on %(day)s, orders no offices to open.")
            % {"mandate": mandate, "day": known_on}
        )


class MandateNotYetKnown(KnutpunktError):
    """The commission was published after the day asked about."""

    code = "mandate-not-yet-known"
    hint = gettext_noop("Ask about that day or a later one.")

    def __init__(self, *, mandate: str, known_on: date, known_from: date) -> None:
        super().__init__(
            _(
                "Commission “%(mandate)s” was not known on %(day)s: "
                "its source is known from %(from)s."
            )
            % {"mandate": mandate, "day": known_on, "from": known_from}
        )


@dataclass(frozen=True, slots=True)
class WaveDraft:
    """A round: when work on it may begin, and the window its offices open in."""

    number: int
    starts_on: date
    window_from: date | None
    window_to: date
    at_least: int


@dataclass(frozen=True, slots=True)
class SlotDraft:
    """An office that is ordered: where, under which clause, in which round.

    ``municipality_code`` is empty where nobody has said where yet. ``reference_class`` is what
    sort of place it is: ``rural``, ``vulnerable`` (in or next to a vulnerable area) or ``metro``.
    """

    key: str
    name: str
    municipality_code: str | None
    municipality: str
    clause_key: str
    wave: int
    reference_class: str


@dataclass(frozen=True, slots=True)
class ProgrammeDraft:
    """What a commission makes it necessary to open."""

    mandate: str
    title_sv: str
    title_en: str
    starts_on: date
    waves: tuple[WaveDraft, ...]
    slots: tuple[SlotDraft, ...]


def draft_of(mandate_slug: str, *, known_on: date) -> ProgrammeDraft:
    """Draft rounds and slots from the clauses and the newest plan known on a day: six queries.

    Where the plan lists no places, the slots are dealt to the rounds in the order of the clauses,
    as many as each round needs.

    Raises
    ------
    NotFound
        When there is no such commission.
    MandateNotYetKnown
        When it was published after the day.
    MandateOrdersNothing
        When it asks for no offices.
    """
    mandate = mandate_get(mandate_slug)
    clauses = list(mandate.clauses.filter(type__in=(*ORDERING, "adjacent_area")))
    ordering = [clause for clause in clauses if clause.type in ORDERING and clause.facts_held]
    starts_on = mandate.decided_latest
    if known_on < mandate.known_from:
        raise MandateNotYetKnown(
            mandate=mandate_slug, known_on=known_on, known_from=mandate.known_from
        )
    if starts_on is None or not _places(ordering):
        raise MandateOrdersNothing(mandate=mandate_slug, known_on=known_on)
    phases = _newest_plan(mandate, known_on)
    waves = _waves(starts_on, ordering, phases)
    return ProgrammeDraft(
        mandate=mandate.slug,
        title_sv=mandate.title_sv,
        title_en=mandate.title_en,
        starts_on=starts_on,
        waves=waves,
        slots=_slots(clauses, phases, waves),
    )


def _places(ordering: Sequence[Clause]) -> list[Clause]:
    return [clause for clause in ordering if clause.type != "at_least" or clause.at_least]


def _newest_plan(mandate: Mandate, known_on: date) -> list[PlanVersion]:
    """Return the phases of the plan version adopted last among those known on the day."""
    rows = mandate.plans.filter(known_from__lte=known_on).prefetch_related("members")
    by_plan = sorted(rows, key=lambda row: (row.adopted_on, row.plan, row.phase))
    plans = [list(phases) for _, phases in groupby(by_plan, key=lambda row: row.plan)]
    return plans[-1] if plans else []


def _waves(
    starts_on: date, ordering: Sequence[Clause], phases: Sequence[PlanVersion]
) -> tuple[WaveDraft, ...]:
    """Rounds of the plan, else of the clauses that ask for a number by a day.

    Work on the first round begins with the commission; on a later one when the window of the round
    before it opens, for a round exists because not everything is begun at once.
    """
    rounds: list[tuple[date | None, date, int]] = [
        (row.window_from, row.window_to, row.at_least) for row in phases
    ] or _rounds_of_clauses(ordering)
    begins = [starts_on, *(max(starts_on, first or starts_on) for first, _, _ in rounds)]
    return tuple(
        WaveDraft(number, start, first, last, at_least)
        for number, (start, (first, last, at_least)) in enumerate(
            zip(begins, rounds, strict=False), start=1
        )
    )


def _rounds_of_clauses(ordering: Sequence[Clause]) -> list[tuple[date | None, date, int]]:
    """Several totals by different days make rounds: the later ones hold what is left."""
    totals = sorted(
        (clause for clause in ordering if clause.type == "at_least"),
        key=lambda clause: clause.window_to,
    )
    if not totals:
        last = max(clause.window_to for clause in ordering)
        return [(None, last, sum(clause.at_least or 0 for clause in ordering))]
    rounds, before = [], 0
    for clause in totals:
        number = (clause.at_least or 0) - before
        rounds.append((clause.window_from, clause.window_to, number))
        before = clause.at_least or 0
    return rounds


def _slots(
    clauses: Sequence[Clause], phases: Sequence[PlanVersion], waves: Sequence[WaveDraft]
) -> tuple[SlotDraft, ...]:
    near = {code for c in clauses if c.type == "adjacent_area" for code in _codes_if_all(c)}
    planned = {member.code: n for n, row in enumerate(phases, 1) for member in row.members.all()}
    drafts: list[SlotDraft] = []
    for clause in clauses:
        if clause.type in ("named", "quota") and clause.facts_held:
            for place in _places_of(clause, phases, drafts):
                drafts.append(_slot(clause, place, near, planned, drafts))
    drafts += _left_over(clauses, drafts)
    return _dealt(drafts, waves)


def _codes_if_all(clause: Clause) -> list[str]:
    """Municipalities whose office must stand near an area: all members are asked for."""
    codes = [member.code for member in clause.members.all()]
    return codes if clause.at_least == len(codes) else []


def _places_of(
    clause: Clause, phases: Sequence[PlanVersion], drafts: Sequence[SlotDraft]
) -> list[Municipality | None]:
    """Municipalities that get an office under a clause; of a quota those the plan chose."""
    members = list(clause.members.order_by("name"))
    if clause.type == "named":
        return [*members]
    taken = {draft.municipality_code for draft in drafts}
    codes = {member.code for member in members}
    chosen: list[Municipality | None] = [
        member
        for row in phases
        for member in row.members.all()
        if member.code in codes and member.code not in taken
    ]
    wanted = clause.at_least or 0
    if len(members) == wanted:
        return [*members]
    return chosen + [None] * max(0, wanted - len(chosen))


def _slot(
    clause: Clause,
    place: Municipality | None,
    near: set[str],
    planned: dict[str, int],
    before: Sequence[SlotDraft],
) -> SlotDraft:
    if place is None:
        number = 1 + sum(draft.clause_key == clause.key for draft in before)
        return SlotDraft(
            key=f"{clause.key}-{number}",
            name=f"{clause.key} {number}",
            municipality_code=None,
            municipality="",
            clause_key=clause.key,
            wave=0,
            reference_class="metro",
        )
    of_class = "metro" if clause.type == "quota" else "rural"
    return SlotDraft(
        key=slugify(fold(place.name)),
        name=place.name,
        municipality_code=place.code,
        municipality=place.name,
        clause_key=clause.key,
        wave=planned.get(place.code, 0),
        reference_class="vulnerable" if place.code in near else of_class,
    )


def _left_over(clauses: Sequence[Clause], drafts: Sequence[SlotDraft]) -> list[SlotDraft]:
    """Offices of a total that no other clause places."""
    totals = [c for c in clauses if c.type == "at_least"]
    if not totals:
        return []
    largest = max(totals, key=lambda clause: clause.at_least or 0)
    missing = (largest.at_least or 0) - len(drafts)
    return [
        SlotDraft(f"{largest.key}-{n}", f"{largest.key} {n}", None, "", largest.key, 0, "rural")
        for n in range(1, missing + 1)
    ]


def _dealt(drafts: Sequence[SlotDraft], waves: Sequence[WaveDraft]) -> tuple[SlotDraft, ...]:
    """Give every slot a round: the plan's, else the first that still needs one."""
    room = {w.number: w.at_least - sum(d.wave == w.number for d in drafts) for w in waves}
    dealt = []
    for draft in drafts:
        wave = draft.wave
        if not wave:
            wave = next((n for n, left in room.items() if left > 0), waves[-1].number)
            room[wave] -= 1
        dealt.append(
            SlotDraft(
                draft.key,
                draft.name,
                draft.municipality_code,
                draft.municipality,
                draft.clause_key,
                wave,
                draft.reference_class,
            )
        )
    return tuple(sorted(dealt, key=lambda draft: (draft.wave, alphabetical(draft.name))))
