"""How far a run is, in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from knutpunkt.core.models import Run, RunState
from knutpunkt.core.runs import LOST_AFTER
from knutpunkt.planning.pages import Reader


@dataclass(frozen=True, slots=True)
class RunLine:
    """A run in a list."""

    run: Run
    title: str
    question: str
    sentence: str


def progress_sentence(run: Run, language: str) -> str:
    """Say how far a run is."""
    if run.state == RunState.QUEUED:
        return _("Waiting for the worker.")
    if run.state == RunState.RUNNING:
        return _working(run, Reader(language))
    if run.state == RunState.FAILED:
        return _(run.problem)
    return _("Called off.") if run.state == RunState.CANCELLED else _("Finished.")


def run_lines(runs: Iterable[Run], titles: Mapping[str, str], language: str) -> list[RunLine]:
    """Describe runs for a list, with the question each one answers."""
    return [
        RunLine(
            run,
            titles.get(run.question["mandate_slug"], run.question["mandate_slug"]),
            _question(run, Reader(language)),
            progress_sentence(run, language),
        )
        for run in runs
    ]


def _working(run: Run, reader: Reader) -> str:
    if run.cancel_asked:
        return _("Being called off.")
    if is_silent(run):
        return _("The worker gives no sign of life; the run is taken up again soon.")
    progress = run.progress
    if progress.get("step") == "prices":
        words = {"done": progress["done"], "of": progress["of"] - 1}
        return _("The plan is found. Working out what the rules cost: %(done)d of %(of)d.") % words
    if progress.get("minutes") is None or progress.get("bound") is None:
        return _("Gathering residents, places and clauses.")
    words = {name: reader.number(progress[name], 2) for name in ("minutes", "bound")}
    return (
        _("Best plan so far: %(minutes)s minutes per resident; none can be below %(bound)s.")
        % words
    )


def is_silent(run: Run) -> bool:
    """Whether the worker of a run gives no sign of life."""
    return run.beat_at is not None and timezone.now() - run.beat_at > LOST_AFTER


def _question(run: Run, reader: Reader) -> str:
    asked, priced = run.question, _("with prices")
    sentence = _("Detour %(detour)s, %(speed)s km/h, areas within %(metres)s m") % {
        "detour": reader.number(asked["detour"], 2),
        "speed": reader.number(asked["km_per_hour"]),
        "metres": reader.number(asked["adjacent_metres"]),
    }
    return f"{sentence}, {priced}" if asked.get("prices") else sentence
