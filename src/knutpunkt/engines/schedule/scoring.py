"""How right forecasts were: PIT, pinball loss, Brier score and hit rates of stored quantiles.

What has not opened is scored as well. A slot that passed its P80 unopened is a miss that day, not
on the day it opens, and a hit counts only from the day on which a miss would have counted: early
openings alone would make every forecast look good.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from knutpunkt.engines.schedule.errors import OutOfRange, ScheduleRefused
from knutpunkt.engines.schedule.quantiles import Outcome, Quantiles

#: Bisection steps for an exact interval: a double has 53 bits.
_HALVINGS: Final = 60


class NothingScored(ScheduleRefused):
    """A score is asked for without anything to score."""

    code = "nothing_scored"
    hint = "Wait until a forecast is due."

    def __init__(self) -> None:
        super().__init__("No forecast has been scored yet.")


@dataclass(frozen=True, slots=True)
class HitRate:
    """How many of the forecasts that are due came true, and where the true rate lies (exact)."""

    hits: int
    scored: int
    rate: float | None
    low: float
    high: float


#: Forecasts with what became of each.
Scored = Sequence[tuple[Quantiles, Outcome]]


def pit(forecast: Quantiles, outcome: Outcome) -> tuple[float, float]:
    """Probability integral transform: which share of the forecast lay before what happened.

    Parameters
    ----------
    forecast
        As stored.
    outcome
        What is known.

    Returns
    -------
    tuple of float
        Lowest and highest value, equal for an exact date inside the stored levels. Over many
        forecasts the values spread evenly from 0 to 1 when the forecasts are right.

    References
    ----------
    Dawid (1984), https://doi.org/10.2307/2981683.
    """
    return forecast.share_by(outcome.earliest)[0], forecast.share_by(outcome.latest)[1]


def pinball(forecast: Quantiles, outcome: Outcome, *, horizon: float) -> tuple[float, ...]:
    """Pinball loss per stored level, in days.

    Parameters
    ----------
    forecast
        As stored.
    outcome
        What is known; the loss is that of the moment which suits the forecast best, so for an
        unopened project it is the least loss there can be.
    horizon
        Moment from which on all is as late: "never" is reckoned as this.

    Returns
    -------
    tuple of float
        One loss per level, 0 or more.

    References
    ----------
    Gneiting (2011), https://doi.org/10.1016/j.ijforecast.2009.12.015.
    """
    losses = []
    for level, moment in zip(forecast.levels, forecast.moments, strict=True):
        said = min(moment, horizon)
        happened = min(max(said, outcome.earliest), outcome.latest, horizon)
        late = happened - said
        losses.append(level * late if late > 0 else (level - 1) * late)
    return tuple(losses)


def mean_pinball(forecast: Quantiles, outcome: Outcome, *, horizon: float) -> float:
    """Twice the mean pinball loss, in days: with evenly spaced levels close to the CRPS.

    References
    ----------
    Gneiting and Raftery (2007), https://doi.org/10.1198/016214506000001437.
    """
    return 2 * math.fsum(pinball(forecast, outcome, horizon=horizon)) / len(forecast.levels)


def brier(forecasts: Sequence[tuple[float, bool]]) -> float:
    """Brier score of probabilities: mean of (probability - what happened)², 0 best, 1 worst.

    Parameters
    ----------
    forecasts
        Probability of a clause and whether it held.

    Returns
    -------
    float
        0.25 is what saying 50 % every time earns.

    Raises
    ------
    NothingScored
        When there is none.

    References
    ----------
    Brier (1950), https://doi.org/10.1175/1520-0493(1950)078%3C0001:VOFEIT%3E2.0.CO;2.
    """
    if not forecasts:
        raise NothingScored
    return math.fsum((said - held) ** 2 for said, held in forecasts) / len(forecasts)


def hit(forecast: Quantiles, outcome: Outcome, level: float, *, known_on: float) -> bool | None:
    """Whether it happened by the quantile of a level; None while that is not due or not known.

    Parameters
    ----------
    forecast, outcome
        What was said and what is known.
    level
        Which quantile, such as 0.8.
    known_on
        Moment of scoring. A forecast is due once its quantile has passed, whether it opened early
        or not.

    Returns
    -------
    bool or None
        True: opened by then. False: not.
    """
    moment = forecast.at(level)
    if moment > known_on:
        return None
    if outcome.latest <= moment:
        return True
    missed = outcome.earliest > moment
    unopened = math.isinf(outcome.latest) and outcome.earliest >= moment
    return False if missed or unopened else None


def hit_rate(pairs: Scored, level: float = 0.8, *, known_on: float) -> HitRate:
    """Share of due forecasts that opened by their quantile, with an exact interval."""
    found = [hit(said, happened, level, known_on=known_on) for said, happened in pairs]
    return _rate([one for one in found if one is not None])


def coverage(
    pairs: Scored,
    low: float = 0.1,
    high: float = 0.9,
    *,
    known_on: float,
) -> HitRate:
    """Share of due forecasts that opened after one quantile and by another.

    Due is what has passed its later quantile; roughly dated openings that may lie on either side
    are left out.
    """
    inside = []
    for said, happened in pairs:
        by_high = hit(said, happened, high, known_on=known_on)
        if by_high is False:
            inside.append(False)
        elif by_high:
            by_low = hit(said, happened, low, known_on=known_on)
            inside += [] if by_low is None else [not by_low]
    return _rate(inside)


def exact_interval(hits: int, scored: int, confidence: float = 0.95) -> tuple[float, float]:
    """Where a rate lies, from hits in so many trials.

    Parameters
    ----------
    hits, scored
        Counts, ``0 <= hits <= scored``; nothing scored says 0 to 1.
    confidence
        Share of intervals that hold the true rate, at least.

    Returns
    -------
    tuple of float
        Lower and upper end.

    References
    ----------
    Clopper and Pearson (1934), https://doi.org/10.1093/biomet/26.4.404.
    """
    if not 0 <= hits <= scored:
        wanted = f"between 0 and {scored}"
        raise OutOfRange(where="A hit rate", what="hits", found=hits, wanted=wanted)
    tail = (1 - confidence) / 2
    low = 0.0 if hits == 0 else _root(lambda p: 1 - _at_most(hits - 1, scored, p) - tail)
    high = 1.0 if hits == scored else _root(lambda p: tail - _at_most(hits, scored, p))
    return low, high


def _rate(found: Sequence[bool]) -> HitRate:
    hits, scored = sum(found), len(found)
    low, high = exact_interval(hits, scored)
    return HitRate(hits, scored, hits / scored if scored else None, low, high)


def _at_most(hits: int, scored: int, rate: float) -> float:
    """Binomial probability of at most so many hits, 0 < rate < 1."""
    ways = (
        math.lgamma(scored + 1) - math.lgamma(k + 1) - math.lgamma(scored - k + 1)
        + k * math.log(rate) + (scored - k) * math.log1p(-rate)
        for k in range(hits + 1)
    )  # fmt: skip
    return math.fsum(math.exp(way) for way in ways)


def _root(rising: Callable[[float], float]) -> float:
    """Where a function that rises from 0 to 1 crosses zero."""
    low, high = 0.0, 1.0
    for _halving in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if rising(middle) < 0 else (low, middle)
    return (low + high) / 2
