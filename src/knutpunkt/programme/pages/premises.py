"""Premises beside each other: criteria by premises, with points and what they add up to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from knutpunkt.programme.models import (
    Criterion,
    Premises,
    PremisesScore,
    PremisesState,
    Project,
    Slot,
)
from knutpunkt.programme.models.programmes import MOST_POINTS
from knutpunkt.programme.pages.project import over_words
from knutpunkt.programme.pages.words import NOTHING, day, kronor, number, said


@dataclass(frozen=True, slots=True)
class Cell:
    """Points on a criterion, with the reason."""

    text: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class CriterionRow:
    name: str
    weight: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class FactRow:
    name: str
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PremisesCard:
    """Premises with what was decided about them; ``score`` is the weighted mean, 0 to 5."""

    pk: int
    name: str
    where: str
    key: str
    state: str
    why: str
    score: str
    scored: str
    best: bool


@dataclass(frozen=True, slots=True)
class PremisesPage:
    key: str
    slot: str
    slot_name: str
    programme: str
    cards: tuple[PremisesCard, ...]
    criteria: tuple[CriterionRow, ...]
    facts: tuple[FactRow, ...]
    over: str


def premises_page(
    slot: Slot, project: Project | None, premises: Sequence[Premises], criteria: Sequence[Criterion]
) -> PremisesPage:
    """Compare premises that were read with their scores."""
    points = {row.pk: {one.criterion_id: one for one in row.scores.all()} for row in premises}
    means = {row.pk: weighted_mean(criteria, points[row.pk]) for row in premises}
    best = _highest(
        means[row.pk]
        for row in premises
        if row.state != PremisesState.REJECTED and len(points[row.pk]) == len(criteria)
    )
    return PremisesPage(
        key=slot.programme.key,
        slot=slot.key,
        slot_name=slot.name,
        programme=said(slot.programme, "title"),
        cards=tuple(_card(row, criteria, points[row.pk], best) for row in premises),
        criteria=tuple(
            CriterionRow(
                said(one, "name"), one.weight, tuple(_cell(points[row.pk], one) for row in premises)
            )
            for one in criteria
        ),
        facts=_facts(premises),
        over=over_words(project, dropped=slot.dropped_why) if project else "",
    )


def weighted_mean(
    criteria: Sequence[Criterion], points: Mapping[int, PremisesScore]
) -> float | None:
    """Mean of the points, 0 to 5, weighted, over the criteria that are scored; None without any.

    A criterion without points counts neither for nor against: not scored is not zero.
    """
    scored = [(one.weight, points[one.pk].points) for one in criteria if one.pk in points]
    weight = sum(weight for weight, _points in scored)
    return sum(weight * value for weight, value in scored) / weight if weight else None


def _highest(means: Iterable[float | None]) -> float | None:
    """The highest mean; only premises scored on every criterion are compared."""
    return max((mean for mean in means if mean is not None), default=None)


def _card(
    row: Premises,
    criteria: Sequence[Criterion],
    points: Mapping[int, PremisesScore],
    best: float | None,
) -> PremisesCard:
    mean = weighted_mean(criteria, points)
    rejected = row.state == PremisesState.REJECTED
    scored = sum(one.pk in points for one in criteria)
    return PremisesCard(
        pk=row.pk,
        name=row.name,
        where=", ".join(filter(None, (row.street, row.locality))),
        key=row.state,
        state=str(PremisesState(row.state).label),
        why=row.rejected_why,
        score=NOTHING if mean is None else number(mean, 1),
        scored=ngettext(
            "%(scored)d of %(n)d criterion scored", "%(scored)d of %(n)d criteria scored",
            len(criteria),
        )
        % {"scored": scored, "n": len(criteria)},
        best=mean is not None and mean == best and scored == len(criteria) and not rejected,
    )  # fmt: skip


def _cell(points: Mapping[int, PremisesScore], criterion: Criterion) -> Cell:
    score = points.get(criterion.pk)
    return Cell(f"{score.points}/{MOST_POINTS}", score.note) if score else Cell(NOTHING)


def _facts(premises: Sequence[Premises]) -> tuple[FactRow, ...]:
    rows: tuple[tuple[str, Callable[[Premises], str]], ...] = (
        (_("Landlord"), lambda row: row.landlord or NOTHING),
        (_("Square metres"), lambda row: _known(row.square_metres)),
        (_("People the fire limit allows"), lambda row: _known(row.people_limit)),
        (_("Rent per year"), lambda row: kronor(row.rent_per_year)),
        (_("Available from"), lambda row: day(row.available_from)),
        (_("Offer stands until"), lambda row: day(row.offer_until)),
    )
    return tuple(FactRow(name, tuple(show(row) for row in premises)) for name, show in rows)


def _known(value: int | None) -> str:
    return NOTHING if value is None else number(value)
