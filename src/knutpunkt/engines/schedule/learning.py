"""What openings and closed doors so far say about what projects share.

That many projects are late says that what they share is worse than thought. Let S be the shared
draws and E_i what is known of project i: that it opened in a window, or has not opened yet. Given
S the projects are independent, so p(S | E) is p(S) × product of P(E_i | S). Many S are drawn,
weighted with this product and resampled (sampling importance resampling).

P(E_i | S) comes from pilot runs of the project's plan, without its reports: ln (opening - begin) is
regressed on the shared draws, and the distribution of the residuals, shifted by the fit, gives the
chance. For lognormal work under shared factors this is exact; elsewhere the shift is the
approximation. Reports on single activities do not enter: to count what is long and unfinished but
not what is finished would be biased.

References
----------
Rubin (1988), Using the SIR algorithm to simulate posterior distributions, Bayesian Statistics 3:
395-402. Kitagawa (1996), systematic resampling, doi:10.1080/10618600.1996.10474692.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from knutpunkt.engines.schedule import normal
from knutpunkt.engines.schedule.forward import DrawnWork, ForwardPass, Streams
from knutpunkt.engines.schedule.model import Programme, Project
from knutpunkt.engines.schedule.network import network
from knutpunkt.engines.schedule.shared import Shared
from knutpunkt.engines.schedule.stacks import Frame, Stack, stack
from knutpunkt.engines.schedule.streams import Stream, uniforms

PILOTS = 4096
#: Shared draws to choose from, per run and in all.
CHOICE, MOST = 8, 200_000
#: What lies further from the plan, in standard deviations, contradicts it and teaches nothing.
FAR = 6.0
#: Openings are no sharper than this share of the spread, so that a window of a day has a chance.
BLUR = 0.25
#: A smaller spread of ln (time) is rounding.
CERTAIN = 1e-6

Floats = NDArray[np.float64]


def candidates(runs: int) -> int:
    """How many shared draws to choose ``runs`` from."""
    return max(runs, min(CHOICE * runs, MOST))


def teaches(programme: Programme) -> bool:
    """Tell whether anything is known that bears on what projects share."""
    shares = (
        programme.common_sd > 0
        or bool(programme.causes or programme.risks)
        or any(known.mean_sd > 0 for known in programme.classes)
    )
    return shares and any(_is_evidence(project) for project in programme.projects)


def ancestors(
    programme: Programme, frame: Frame, drawn: Shared, *, runs: int, seed: int
) -> NDArray[np.intp]:
    """Choose ``runs`` of the shared draws in proportion to how well they explain what is known.

    Returns
    -------
    numpy.ndarray
        Places among the draws, ascending, shape ``(runs,)``.
    """
    weight = np.zeros(drawn.runs)
    for project in programme.projects:
        if _is_evidence(project):
            weight += _log_chance(project, frame, drawn, seed)
    weight = np.exp(weight - weight.max())
    until = np.cumsum(weight) / weight.sum()
    first = uniforms([Stream(seed, "resample")], 1)[0, 0]
    places = np.searchsorted(until, (np.arange(runs) + first) / runs)
    chosen: NDArray[np.intp] = places.clip(0, drawn.runs - 1)
    return chosen


def _is_evidence(project: Project) -> bool:
    return project.opened is not None or project.not_open_by is not None


def _log_chance(project: Project, frame: Frame, drawn: Shared, seed: int) -> Floats | float:
    """Log chance of what is known of a project, for each shared draw."""
    plan = _as_planned(project)
    planned = stack(frame, [(0, network(plan))])
    begin = min(float(node.floor[0, 0]) for node in planned.nodes)
    pilot = drawn.of(slice(0, PILOTS))
    work = DrawnWork(planned, pilot, Streams(planned, seed, "pilot"))
    opening = np.broadcast_to(ForwardPass(planned, work, frame.data_date).run()[0], (pilot.runs,))
    fit = _Fit.of(planned, pilot, opening.astype(np.float64) - begin)
    if fit is None:
        return 0.0
    first, last = _window(project, frame, begin)
    return fit.log_chance(fit.centre(planned, drawn), first, last)


def _as_planned(project: Project) -> Project:
    """Return the project as if nothing had been reported."""
    return replace(
        project,
        activities=tuple(
            replace(activity, started=None, finished=None) for activity in project.activities
        ),
        opened=None,
        not_open_by=project.opened[1] if project.opened else project.not_open_by,
    )


def _window(project: Project, frame: Frame, begin: float) -> tuple[float, float]:
    """Log time from beginning to opening: at least and at most."""
    if project.opened is not None:
        first, last = (moment - frame.origin - begin for moment in project.opened)
    else:
        assert project.not_open_by is not None
        first = max(project.not_open_by - frame.origin, frame.data_date) - begin
        last = np.inf
    with np.errstate(divide="ignore", invalid="ignore"):
        return float(np.log(max(first, 0))), float(np.log(max(last, 0)))


@dataclass(frozen=True, eq=False)
class _Fit:
    """ln time to opening = slopes · shared draws + residual, where the project opens at all."""

    slopes: Floats
    residuals: Floats
    spread: float
    middle: float
    spread_of_all: float
    never: float

    @classmethod
    def of(cls, planned: Stack, pilot: Shared, days: Floats) -> _Fit | None:
        """Fit pilot runs; None where the plan leaves nothing to chance."""
        opens = np.isfinite(days) & (days > 0)
        if np.count_nonzero(opens) < len(days) // 100 + 2:
            return None
        log = np.log(days[opens])
        features = np.stack(list(_features(planned, pilot)), axis=1)[opens]
        slopes: Floats = np.linalg.lstsq(features, log, rcond=None)[0].astype(np.float64)
        residuals = np.sort(log - features @ slopes)
        if np.std(log) < CERTAIN:
            return None
        return cls(
            slopes=slopes,
            residuals=residuals,
            spread=max(float(np.std(residuals)), CERTAIN),
            middle=float(np.mean(log)),
            spread_of_all=float(np.std(log)),
            never=1 - float(np.mean(opens)),
        )

    def centre(self, planned: Stack, drawn: Shared) -> Floats:
        """What the shared draws alone would give."""
        return np.stack(list(_features(planned, drawn)), axis=1) @ self.slopes

    def log_chance(self, centre: Floats, first: float, last: float) -> Floats | float:
        """Log chance that the opening lies between two log times."""
        if first - self.middle > FAR * self.spread_of_all:
            return 0.0
        if last - self.middle < -FAR * self.spread_of_all:
            return 0.0
        if np.isfinite(last):
            wide = max(0.0, BLUR * self.spread_of_all - (last - first)) / 2
            first, last = first - wide, last + wide
            never = 0.0
        else:
            never = self.never
        between = self._exceeds(first - centre) - self._exceeds(last - centre)
        return np.log(np.maximum(never + (1 - self.never) * between, 1e-300))

    def _exceeds(self, residual: Floats) -> Floats:
        """Share of residuals above; the normal tail counts as one more, so none is impossible."""
        above = len(self.residuals) - np.searchsorted(self.residuals, residual, side="right")
        tail = np.exp(normal.log_cdf(-residual / self.spread))
        return (above + tail) / (len(self.residuals) + 1)


def _features(planned: Stack, drawn: Shared) -> Iterator[Floats]:
    """A column of ones and what the project shares with others."""
    yield np.ones(drawn.runs)
    if drawn.common is not None:
        yield drawn.common.astype(np.float64)
    known = planned.class_of(0)
    if known is not None and known.key in drawn.classes:
        yield drawn.classes[known.key].astype(np.float64)
    for cause in sorted({cause for node in planned.nodes for cause in node.activity.causes}):
        yield drawn.causes[cause].astype(np.float64)
    for risk in sorted({risk for node in planned.nodes for risk in node.risks}):
        yield drawn.risks[risk].astype(np.float64)
