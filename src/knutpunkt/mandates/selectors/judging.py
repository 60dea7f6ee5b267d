"""From the rows of a clause to its verdict."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from knutpunkt.core.edtf import DAWN, DUSK
from knutpunkt.mandates import verdicts
from knutpunkt.mandates.models import Clause
from knutpunkt.mandates.near import NearArea
from knutpunkt.mandates.selectors.views import Verdict
from knutpunkt.mandates.sentences import ANYWHERE
from knutpunkt.mandates.verdicts import Judgement, Opening, Terms


def judge(
    clause: Clause,
    clauses: Sequence[Clause],
    openings: Sequence[Opening],
    near: NearArea,
    day: date,
    known_on: date | None,
) -> Verdict:
    terms = _terms(clause, clauses, day, known_on)
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
            near.answer(clause, opening)
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
    """At least n openings anywhere among the members stand in or next to an area.

    Every opening is taken for a member of its own, so that two in one municipality are two.
    """
    spread = [
        replace(opening, municipality_code=f"{ANYWHERE}{k}") for k, opening in enumerate(placed)
    ]
    seats = range(max(terms.at_least, len(spread)))
    anywhere = replace(terms, members=tuple((f"{ANYWHERE}{k}", "") for k in seats))
    return verdicts.judge_near_area(anywhere, spread, day)


def _of(openings: Sequence[Opening], clause: str) -> list[Opening]:
    return [opening for opening in openings if opening.clause == clause]


def _terms(clause: Clause, clauses: Sequence[Clause], day: date, known_on: date | None) -> Terms:
    """Read the clause. As known before the day or the deadline, silence proves nothing."""
    seen = known_on is None or known_on >= min(day, clause.window_to)
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
        facts_held=clause.facts_held and seen,
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
        short_by_at_least=judged.short_by_at_least,
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
