"""Forecasts that were too narrow are widened, by what would have made them right.

A rule for the reader as much as for the figures: when P80 held in under 70 % of the forecasts that
are due, new forecasts are spread around their median so far that P80 would have held in 80 %.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from knutpunkt.engines.schedule.errors import OutOfRange
from knutpunkt.engines.schedule.quantiles import Outcome, Quantiles
from knutpunkt.engines.schedule.scoring import HitRate, Scored, hit, hit_rate

#: Published with every widened forecast: level, hit rate that is too low, fewest scored.
WIDENING_VERSION: Final = 1
LEVEL: Final = 0.8
TOO_LOW: Final = 0.7
FEWEST: Final = 5


@dataclass(frozen=True, slots=True)
class Widening:
    """Factor on the spread around the median (1: as it was) and the record it rests on.

    ``at_least`` is True where so many are unopened that a greater factor may turn out necessary.
    """

    factor: float
    record: HitRate
    at_least: bool = False

    @property
    def widened(self) -> bool:
        """Whether forecasts are widened at all."""
        return self.factor > 1


def widening(scores: Scored, *, known_on: float, fewest: int = FEWEST) -> Widening:
    """By what factor new forecasts are to be spread, from the record of earlier ones.

    Parameters
    ----------
    scores
        Forecasts as they were *before* any widening, with what became of each.
    known_on
        Moment of scoring; see :func:`~knutpunkt.engines.schedule.scoring.hit` for what is due.
    fewest
        Due forecasts below which no record is held against anyone.

    Returns
    -------
    Widening
        Never below 1. The factor is the least for which median + factor · (P80 - median) would
        have held in 80 % of the due forecasts; an unopened slot asks for as much as it has already
        overrun. Forecasts with P80 on the median cannot be widened and are passed over.
    """
    record = hit_rate(scores, LEVEL, known_on=known_on)
    if record.scored < fewest or record.hits >= TOO_LOW * record.scored:
        return Widening(1.0, record)
    wanted = sorted(
        (_overrun(said, happened), math.isinf(happened.latest))
        for said, happened in scores
        if hit(said, happened, LEVEL, known_on=known_on) is not None and _spread(said) > 0
    )
    if not wanted:
        return Widening(1.0, record)
    factor, _unopened = wanted[math.ceil(LEVEL * len(wanted)) - 1]
    open_ended = any(unopened and asked <= factor for asked, unopened in wanted)
    return Widening(max(factor, 1.0), record, open_ended and factor > 1)


def widen(forecast: Quantiles, factor: float, *, not_before: float = -math.inf) -> Quantiles:
    """Spread a forecast around its median.

    Parameters
    ----------
    forecast
        With 0.5 among its levels or between them.
    factor
        1 leaves it as it is; below 1 is refused, a record never narrows a forecast.
    not_before
        The data date: no quantile is moved before it.

    Returns
    -------
    Quantiles
        Same levels; what was never stays never, the median stays where it is.

    Raises
    ------
    OutOfRange
        When the factor is below 1 or not finite, or the median was not stored.
    """
    if not 1 <= factor < math.inf:
        raise OutOfRange(where="A widening", what="factor", found=factor, wanted="1 or more")
    median = forecast.at(0.5)
    if math.isinf(median):
        return forecast
    # min: what lay before the data date already is left there.
    moments = tuple(
        max(median + factor * (moment - median), min(moment, not_before))
        for moment in forecast.moments
    )
    return Quantiles(forecast.levels, moments)


def _spread(forecast: Quantiles) -> float:
    median = forecast.at(0.5)
    return forecast.at(LEVEL) - median if math.isfinite(median) else 0.0


def _overrun(forecast: Quantiles, outcome: Outcome) -> float:
    """How many times the spread from median to P80 it took from the median, or has taken so far."""
    known = outcome.earliest if math.isinf(outcome.latest) else outcome.latest
    return (known - forecast.at(0.5)) / _spread(forecast)
