"""Reference classes: by what factor plans of a kind are overrun, unopened projects included.

log(actual / planned) of a project is normal around the mean of its class with one deviation within
all classes; the means of classes are normal around a common mean:

    log ratio ~ N(mean of class, sd²),  mean of class ~ N(common mean, between²)

Opened projects enter with their ratio, roughly dated ones with an interval, unopened ones with
"longer than until now". The posterior is summed over a grid of (sd, between, common mean) and, per
class, of its mean: no iteration, no chance, the same answer every time, for no observation or for
thousands.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from knutpunkt.engines.schedule.errors import ScheduleRefused
from knutpunkt.engines.schedule.model import ReferenceClass
from knutpunkt.engines.schedule.normal import quantile as normal_quantile
from knutpunkt.engines.schedule.posterior import Posterior, Prior, Ratios, posterior

Basis = Literal["measured", "prior"]

# Intervals narrower than this share are points: their ends cannot be told apart.
_SAME = 1 + 1e-7


class ObservationUnusable(ScheduleRefused):
    """A planned or actual duration makes no ratio."""

    code = "observation_unusable"
    hint = "Planned and actual days are above 0, and the least is not above the most."

    def __init__(self, *, planned: float, at_least: float, at_most: float) -> None:
        super().__init__(
            f"Planned {planned:g} days, actual between {at_least:g} and {at_most:g} days:"
            " that makes no ratio."
        )


@dataclass(frozen=True, slots=True)
class Observation:
    """How long a project of a class took against its plan, as far as is known.

    ``at_most`` is inf for a project that is not complete; ``at_least`` is then the time elapsed.
    """

    reference_class: str
    planned: float
    at_least: float
    at_most: float

    def __post_init__(self) -> None:
        """Refuse what makes no ratio."""
        sound = 0 < self.planned < math.inf and 0 <= self.at_least <= self.at_most
        if not (sound and self.at_least < math.inf and self.at_most > 0):
            raise ObservationUnusable(
                planned=self.planned, at_least=self.at_least, at_most=self.at_most
            )

    @classmethod
    def exact(cls, reference_class: str, *, planned: float, actual: float) -> Observation:
        """Done after exactly so many days."""
        return cls(reference_class, planned, actual, actual)

    @classmethod
    def unopened(cls, reference_class: str, *, planned: float, elapsed: float) -> Observation:
        """Not done after so many days."""
        return cls(reference_class, planned, elapsed, math.inf)

    @property
    def censored(self) -> bool:
        """Whether it is still to be completed."""
        return math.isinf(self.at_most)


@dataclass(frozen=True, slots=True)
class ClassRow:
    """One line of the table: what a class rests on.

    ``opened`` counts exact and interval observations, ``censored`` the unopened. ``raw_mean`` is
    the mean of log ratios of the opened alone (None without any), ``mean`` the shrunk and censored
    one, ``mean_sd`` all uncertainty of it. ``basis`` is ``"measured"`` once one has opened.
    """

    key: str
    opened: int
    censored: int
    raw_mean: float | None
    mean: float
    mean_sd: float
    sd: float
    basis: Basis


@dataclass(frozen=True, slots=True)
class Estimate:
    """Reference classes for a programme, what they share, and what each rests on.

    ``common_sd`` is the uncertainty all classes share, for ``Programme.common_sd``;
    ``ReferenceClass.mean_sd`` holds only what is a class's own beyond it.
    """

    classes: tuple[ReferenceClass, ...]
    common_sd: float
    rows: tuple[ClassRow, ...]


def reference_classes(
    observations: Sequence[Observation],
    *,
    classes: Collection[str] = (),
    prior: Prior | None = None,
) -> Estimate:
    """Estimate every class from its own and, as far as it has few, from the others' observations.

    Parameters
    ----------
    observations
        Opened, roughly dated and unopened projects, in any order.
    classes
        Keys that are to be answered for even without an observation.
    prior
        What is held beforehand; the default is documented at :class:`Prior`.

    Returns
    -------
    Estimate
        Posterior means and deviations of log(actual / planned), keys in alphabetical order.
        One ``common_sd`` stands for the covariances of all pairs (their mean, and no more than
        the least variance), so that a class measured very well lends less of it to the others.

    References
    ----------
    Gelman (2006), Prior distributions for variance parameters in hierarchical models,
    https://doi.org/10.1214/06-BA117A; Flyvbjerg (2008), reference class forecasting,
    https://doi.org/10.1080/09654310701747936.
    """
    prior = prior or Prior()
    keys = sorted({*classes, *(seen.reference_class for seen in observations)})
    if not keys:
        return Estimate((), 0.0, ())
    members = [[seen for seen in observations if seen.reference_class == key] for key in keys]
    found = posterior([_ratios(seen) for seen in members], prior)
    shared = shared_variance(found.covariance)
    rows = tuple(
        _row(key, seen, found, place)
        for place, (key, seen) in enumerate(zip(keys, members, strict=True))
    )
    estimated = tuple(
        ReferenceClass(row.key, row.mean, math.sqrt(max(row.mean_sd**2 - shared, 0.0)), row.sd)
        for row in rows
    )
    return Estimate(estimated, math.sqrt(shared), rows)


def shared_variance(covariance: NDArray[np.float64]) -> float:
    """Variance all classes have in common: the mean covariance of pairs, within what fits.

    Parameters
    ----------
    covariance
        Of the classes' means, shape ``(classes, classes)``.

    Returns
    -------
    float
        At least 0, at most the least variance; 0 for a single class, whose uncertainty is its own.
    """
    classes = len(covariance)
    if classes == 1:
        return 0.0
    pairs = (covariance.sum() - np.trace(covariance)) / (classes * (classes - 1))
    return float(min(max(pairs, 0.0), np.diag(covariance).min()))


def predictive_quantiles(
    reference_class: ReferenceClass, levels: Sequence[float], *, common_sd: float = 0.0
) -> tuple[float, ...]:
    """Quantiles of actual / planned of the next project of a class.

    Parameters
    ----------
    reference_class
        As estimated.
    levels
        Shares strictly between 0 and 1.
    common_sd
        What the class shares with the others (``Estimate.common_sd``).

    Returns
    -------
    tuple of float
        Factors, 1 meaning as planned, one per level.
    """
    spread = math.hypot(reference_class.mean_sd, reference_class.sd, common_sd)
    return tuple(
        math.exp(reference_class.mean + spread * normal_quantile(level)) for level in levels
    )


def _ratios(observations: Sequence[Observation]) -> Ratios:
    """Log ratios: exact ones apart from intervals, which may be open at either end."""
    exact, low, high = [], [], []
    for seen in observations:
        if seen.at_most <= seen.at_least * _SAME:
            exact.append(math.log(seen.at_least / seen.planned))
        else:
            low.append(math.log(seen.at_least / seen.planned) if seen.at_least else -math.inf)
            high.append(math.log(seen.at_most / seen.planned))
    return Ratios(np.array(exact), np.array(low), np.array(high))


def _row(key: str, seen: Sequence[Observation], found: Posterior, place: int) -> ClassRow:
    opened = [one for one in seen if not one.censored]
    logs = [math.log((one.at_least + one.at_most) / 2 / one.planned) for one in opened]
    return ClassRow(
        key=key,
        opened=len(opened),
        censored=len(seen) - len(opened),
        raw_mean=sum(logs) / len(logs) if logs else None,
        mean=float(found.mean[place]),
        mean_sd=math.sqrt(found.covariance[place, place]),
        sd=found.sd,
        basis="measured" if opened else "prior",
    )
