"""What projects share in a run: a common factor, the mean of each class, causes and risks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knutpunkt.engines.schedule.errors import NameUnknown, OutOfRange
from knutpunkt.engines.schedule.model import Programme, ReferenceClass, Risk
from knutpunkt.engines.schedule.network import check_duration
from knutpunkt.engines.schedule.sampling import distribution, standard_score
from knutpunkt.engines.schedule.streams import Single, Stream, uniforms


@dataclass(frozen=True, eq=False)
class Shared:
    """Draws of ``runs`` runs, each of the shape ``(runs,)``; None where nothing is shared.

    ``common`` is a log factor; ``classes`` holds the mean log factor of each class, ``causes``
    the score Z of each cause, ``stretch`` the product of the factors of causes that meet in an
    activity, and ``risks`` the working days each risk costs (0 where it does not strike).
    """

    runs: int
    common: Single | None
    classes: Mapping[str, Single]
    causes: Mapping[str, Single]
    stretch: Mapping[tuple[str, ...], Single]
    risks: Mapping[str, Single]

    def of(self, runs: slice | NDArray[np.integer[Any]]) -> Shared:
        """The draws of some of the runs: a slice, or places ``(runs,)``.

        Places of the shape ``(pairs, 1)`` give each pair its own run.
        """

        def some(draws: Mapping[Any, Single]) -> dict[Any, Single]:
            return {key: draw[runs] for key, draw in draws.items()}

        length = len(range(self.runs)[runs]) if isinstance(runs, slice) else runs.shape[-1]
        return Shared(
            length,
            None if self.common is None else self.common[runs],
            some(self.classes),
            some(self.causes),
            some(self.stretch),
            some(self.risks),
        )

    def log_factor(self, known: ReferenceClass | None) -> Single | None:
        """Log factor of a class and of the programme, without what is a project's own."""
        parts = [self.common, None if known is None else self.classes.get(known.key)]
        present = [part for part in parts if part is not None]
        mean = np.float32(known.mean if known else 0)
        if not present:
            return np.full(1, mean) if mean else None
        return np.add(sum(present[1:], start=present[0]), mean)


def shared_draws(programme: Programme, *, runs: int, seed: int) -> Shared:
    """Draw what projects share, each from its own stream."""

    def scores(*names: str) -> Single:
        return standard_score(uniforms([Stream(seed, *names)], runs)[0])

    causes = {cause.key: scores("cause", cause.key) for cause in programme.causes}
    return Shared(
        runs,
        np.float32(programme.common_sd) * scores("common") if programme.common_sd else None,
        {
            known.key: np.float32(known.mean_sd) * scores("class", known.key)
            for known in programme.classes
            if known.mean_sd
        },
        causes,
        {meeting: _stretch(programme, causes, meeting) for meeting in _meetings(programme)},
        {risk.key: _strikes(risk, runs, seed) for risk in programme.risks},
    )


def check_risks(programme: Programme) -> None:
    """Refuse risks that hit nothing, or that are no chance of a duration.

    Raises
    ------
    NameUnknown
        When a risk names a project or an activity that is not there.
    OutOfRange
        When its probability is not from 0 to 1; also what `network.check_duration` refuses.
    """
    known = {
        project.key: [activity.key for activity in project.activities]
        for project in programme.projects
    }
    for risk in programme.risks:
        where = f"Risk “{risk.key}”"
        if not 0 <= risk.probability <= 1:
            raise OutOfRange(
                where=where, what="the probability", found=risk.probability, wanted="from 0 to 1"
            )
        check_duration(f"The impact of {where[0].lower()}{where[1:]}", risk.impact)
        for project in risk.projects:
            if project not in known:
                raise NameUnknown(where=where, what="project", name=project, known=list(known))
            if risk.activity and risk.activity not in known[project]:
                raise NameUnknown(
                    where=where, what="activity", name=risk.activity, known=known[project]
                )


def _meetings(programme: Programme) -> set[tuple[str, ...]]:
    """Causes that meet in some activity."""
    return {
        activity.causes
        for project in programme.projects
        for activity in project.activities
        if activity.causes
    }


def _stretch(
    programme: Programme, causes: Mapping[str, Single], meeting: tuple[str, ...]
) -> Single:
    spread = {cause.key: np.float32(cause.sd) for cause in programme.causes}
    logs = [spread[key] * causes[key] - spread[key] ** 2 / 2 for key in meeting]
    stretch: Single = np.exp(sum(logs[1:], start=logs[0]))
    return stretch


def _strikes(risk: Risk, runs: int, seed: int) -> Single:
    strikes = uniforms([Stream(seed, "risk", risk.key)], runs)[0] < risk.probability
    impact = uniforms([Stream(seed, "impact", risk.key)], runs)
    days: Single = strikes * distribution([risk.impact]).draw(impact)[0]
    return days
