"""Keeping forecasts, and scoring them when the doors have opened."""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import date

from django.db import transaction

from knutpunkt.engines.schedule.quantiles import Outcome
from knutpunkt.engines.schedule.scoring import brier, mean_pinball, pit
from knutpunkt.mandates.models import Mandate
from knutpunkt.programme.forecasting.answers import Forecast
from knutpunkt.programme.forecasting.curves import HORIZON, quantiles_of
from knutpunkt.programme.forecasting.known import days_of
from knutpunkt.programme.forecasting.reading import material_of
from knutpunkt.programme.forecasting.record import outcome_of
from knutpunkt.programme.forecasting.rows import ClauseRow, Material, SlotRow
from knutpunkt.programme.log import log_write
from knutpunkt.programme.models import ForecastScore, Programme, StoredForecast

#: Verdicts that no later day can change, once the window is over.
FINAL = {"met": True, "breached": False, "impossible": False}


@transaction.atomic
def forecast_store(forecast: Forecast, *, by: str) -> StoredForecast:
    """Keep a forecast as it was made, with the quantile curve of every slot.

    The same inputs, seed and runs are kept once: the forecast on record is returned then.
    """
    programme = Programme.objects.filter(key=forecast.programme).first()
    mandate = Mandate.objects.filter(slug=forecast.mandate).first()
    same = StoredForecast.objects.filter(
        programme=programme,
        mandate=mandate,
        as_of=forecast.as_of,
        inputs_hash=forecast.inputs_hash,
        seed=forecast.seed,
        runs=forecast.runs,
    ).first()
    if same is not None:
        return same
    kept = StoredForecast.objects.create(
        mandate=mandate,
        programme=programme,
        as_of=forecast.as_of,
        runs=forecast.runs,
        seed=forecast.seed,
        engine=forecast.engine,
        inputs_hash=forecast.inputs_hash,
        result=forecast.as_dict(),
        made_by=by,
    )
    if programme is not None:
        log_write(programme, "forecast", by=by, as_of=forecast.as_of, inputs=forecast.inputs_hash)
    return kept


@transaction.atomic
def forecasts_score(
    mandate: str = "", *, programme: str = "", as_of: date
) -> tuple[ForecastScore, ...]:
    """Score stored forecasts against what is on record on a day; what was scored stays.

    A slot is scored once it has surely opened, a clause once its window is over and its verdict
    is certain. An opening known only between two days gets the scores of its middle; whether it
    came inside P10 to P90 or by P80 is left open where the two days disagree.

    Returns
    -------
    tuple of ForecastScore
        The new ones.
    """
    material = material_of(mandate, programme=programme, as_of=as_of)
    rows = StoredForecast.objects.filter(as_of__lte=as_of)
    own = (
        rows.filter(programme__key=material.programme)
        if material.programme
        else rows.filter(mandate__slug=material.mandate, programme=None)
    )
    found = [score for row in own.prefetch_related("scores") for score in _scores(row, material)]
    for score in found:
        score.save()
    return tuple(found)


def _scores(row: StoredForecast, material: Material) -> Iterable[ForecastScore]:
    done = {(score.slot_key, score.clause_key) for score in row.scores.all()}
    for slot in material.slots:
        if (slot.key, "") not in done and (score := _slot_score(row, slot)) is not None:
            yield score
    for clause in material.clauses:
        over = clause.window_to <= material.as_of
        if over and ("", clause.key) not in done:
            score = _clause_score(row, clause)
            if score is not None:
                yield score


def _slot_score(row: StoredForecast, slot: SlotRow) -> ForecastScore | None:
    """Score an opening that was still ahead when the forecast was made."""
    said = quantiles_of(row.result, slot.key, widened=True)
    if said is None or slot.opened is None or slot.state != "opened":
        return None
    outcome = outcome_of(slot)
    first, last = days_of(slot.opened, not_before=slot.starts_on)
    if outcome is None or last <= row.as_of:
        return None
    middle = Outcome(*[(outcome.earliest + outcome.latest) / 2] * 2)
    horizon = float(row.as_of.toordinal() + HORIZON)
    shares = pit(said, middle)
    return ForecastScore(
        forecast=row,
        slot_key=slot.key,
        happened_earliest=first,
        happened_latest=last,
        pit=math.fsum(shares) / 2,
        pinball=mean_pinball(said, middle, horizon=horizon),
        inside=_between(outcome, said.at(0.1), said.at(0.9)),
        before_p80=_between(outcome, -math.inf, said.at(0.8)),
    )


def _between(outcome: Outcome, low: float, high: float) -> bool | None:
    """Whether it surely happened between two moments; None where its rough days disagree."""
    if low <= outcome.earliest and outcome.latest <= high:
        return True
    return False if outcome.latest <= low or outcome.earliest >= high else None


def _clause_score(row: StoredForecast, clause: ClauseRow) -> ForecastScore | None:
    held = FINAL.get(clause.verdict)
    said = {one["key"]: one["probability"] for one in row.result.get("clauses", ())}
    probability = said.get(clause.key)
    if held is None or probability is None or row.as_of >= clause.window_to:
        return None
    return ForecastScore(
        forecast=row, clause_key=clause.key, brier=brier([(float(probability), held)])
    )
