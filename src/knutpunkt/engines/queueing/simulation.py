"""A day at an office with its queue in memory."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from knutpunkt.engines.queueing.course import course
from knutpunkt.engines.queueing.day import Action, Answer, Day
from knutpunkt.engines.queueing.line import Line


def simulated(day: Day, rng: Random) -> Iterator[Action]:
    """Every action of a day whose queue is kept in memory, in the order of time.

    Parameters
    ----------
    day
        What makes up the day.
    rng
        Stream of random numbers; the same seed gives the same day.

    Yields
    ------
    Action
        ``called`` names who was called; a call that found nobody is left out.
    """
    driven, line = course(day, rng), Line(day.rule)
    answer: Answer = None
    action = next(driven)
    while True:
        if action.kind == "called":
            answer = action.errand or line.call(action.at)
            action = action._replace(errand=answer or 0)
        line.follow(action)
        if action.errand or action.kind != "called":
            yield action
        try:
            action = driven.send(answer)
        except StopIteration:
            return
