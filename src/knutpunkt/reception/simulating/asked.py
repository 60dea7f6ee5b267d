"""What is to be simulated, and the courses that follow from it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from knutpunkt.engines.queueing.course import Course, course
from knutpunkt.engines.queueing.day import Day
from knutpunkt.reception.simulating.errors import SimulationAskedWrongly
from knutpunkt.reception.simulating.mixes import Service, kinds
from knutpunkt.reception.simulating.places import MOST_OFFICES, Span, working_days
from knutpunkt.reception.simulating.plans import day_of, stream

MOST_DAYS = 2000
MOST_VISITS = 2000.0


@dataclass(frozen=True)
class Asked:
    """How much is simulated, from which day on, with which seed."""

    offices: int
    days: int
    seed: int
    visits: float
    first_day: date

    def __post_init__(self) -> None:
        _within("--offices", self.offices, 1, MOST_OFFICES)
        _within("--days", self.days, 1, MOST_DAYS)
        _within("--visits-per-day", self.visits, 1, MOST_VISITS)

    @property
    def working_days(self) -> tuple[date, ...]:
        """Days that are simulated, where an office is open on them."""
        return working_days(self.first_day, self.days)


def planned(
    asked: Asked, office: str, services: Sequence[Service], spans: Mapping[tuple[str, date], Span]
) -> Iterator[tuple[date, Day]]:
    """Plan every day on which an office is open."""
    what = kinds(services)
    for day in asked.working_days:
        span = spans.get((office, day))
        if span is not None:
            yield day, day_of(office, day, span, what, seed=asked.seed, visits=asked.visits)


def courses(
    asked: Asked, office: str, services: Sequence[Service], spans: Mapping[tuple[str, date], Span]
) -> Iterator[Course]:
    """The course of each of those days, to be driven by a server's answers."""
    for day, plan in planned(asked, office, services, spans):
        yield course(plan, stream(asked.seed, office, day))


def tokens_of(path: Path, count: int) -> dict[str, str]:
    """Read tokens: a JSON object of office and token, or a line with both for each office.

    Raises
    ------
    SimulationAskedWrongly
        When the file cannot be read or names too few offices.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SimulationAskedWrongly(
            fact=f"The file of tokens {path} cannot be read: {error}.",
            hint="Give a line with an office and its token for each office.",
        ) from None
    found = _as_json(text) or {
        words[0]: words[1] for line in text.splitlines() if len(words := line.split()) > 1
    }
    if len(found) < count:
        raise SimulationAskedWrongly(
            fact=f"The file of tokens {path} names {len(found)} offices, {count} are asked for.",
            hint="Make more with: knutpunkt reception token --role office-manager --office KEY",
        )
    return dict(list(found.items())[:count])


def _as_json(text: str) -> dict[str, str]:
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return {str(key): str(value) for key, value in found.items()} if isinstance(found, dict) else {}


def _within(name: str, value: float, least: float, most: float) -> None:
    if not least <= value <= most:
        raise SimulationAskedWrongly(
            fact=f"{name} {value:g} cannot be simulated.", hint=f"Use {least:g} to {most:g}."
        )
