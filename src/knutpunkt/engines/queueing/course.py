"""The course of a day at an office, action by action, in the order of time.

The course is a generator without input or output of its own: it yields what somebody does next
and is sent what came of it. Whoever drives it decides who is called: a queue in memory (see
``simulation``), or a server asked over the network. The same seed gives the same day as long as
the answers are the same.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Generator
from heapq import heappop, heappush
from itertools import count
from random import Random
from typing import Any

from knutpunkt.engines.queueing.day import (
    SECOND,
    Action,
    Answer,
    Day,
    Kind,
    Outcome,
    Shift,
    Visitor,
    visitors,
)
from knutpunkt.engines.queueing.order import MINUTE
from knutpunkt.engines.queueing.states import (
    CALLED,
    MISSED,
    OVER,
    PARKED,
    SERVING,
    WAITING,
    Counter,
    Errand,
)

WALK = (15 * SECOND, 55 * SECOND)
BREATH = (4 * SECOND, 25 * SECOND)
BEFORE_RECALL = 40 * SECOND
BEFORE_UNDO = 12 * SECOND
ASIDE = (4 * MINUTE, 14 * MINUTE)
AWAY = (3 * MINUTE, 25 * MINUTE)
LOOKS_AGAIN = MINUTE
SHORTEST = 20 * SECOND
#: Part of a service after which it is passed on or put aside.
EARLY_ON = 0.3

Course = Generator[Action, Answer, None]
Step = Callable[[int, Any], Course]


class _Office:
    """An office during the day: who is where, and what is going to happen."""

    def __init__(self, day: Day, rng: Random) -> None:
        self.day, self.rng = day, rng
        self.ahead: list[tuple[int, int, Step, Any]] = []
        self.tie, self.numbers = count(), count(1)
        self.counters: dict[str, Counter] = {}
        self.errands: dict[int, Errand] = {}
        self.waiting: set[int] = set()
        self.last_closed = day.opens

    def course(self) -> Course:
        """The whole day."""
        for shift in self.day.shifts:
            self._later(shift.begins, self._opens, shift)
        for visitor in visitors(self.day, self.rng):
            self._later(visitor.at, self._arrives, visitor)
        while self.ahead:
            at, _tie, step, about = heappop(self.ahead)
            yield from step(at, about)
        at = max(self.last_closed, self.day.closes)
        for one in self.errands.values():
            if one.state in (WAITING, MISSED):
                yield Action(at, "swept", one.number)
        yield Action(at, "day-ended")

    def _later(self, at: int, step: Step, about: Any) -> None:
        heappush(self.ahead, (at, next(self.tie), step, about))

    def _between(self, bounds: tuple[int, int]) -> int:
        return bounds[0] + int(self.rng.random() * (bounds[1] - bounds[0]))

    # --- counters -----------------------------------------------------------------------------

    def _opens(self, at: int, shift: Shift) -> Course:
        if shift.counter in self.counters:  # the shift before is still at work: it stays on
            self.counters[shift.counter].ends = shift.ends
            self._later(shift.ends, self._shift_over, shift.counter)
            return
        self.counters[shift.counter] = Counter(shift.counter, shift.ends)
        yield Action(at, "session-opened", counter=shift.counter)
        self._later(at + self._between(BREATH), self._turns_to_next, shift.counter)
        self._later(shift.ends, self._shift_over, shift.counter)

    def _shift_over(self, at: int, name: str) -> Course:
        counter = self.counters.get(name)
        if counter is not None and counter.idle:
            yield from self._turns_to_next(at, name)

    def _turns_to_next(self, at: int, name: str) -> Course:
        counter = self.counters.get(name)
        if counter is None or counter.now:
            return
        counter.idle = False
        if counter.back:
            yield from self._resumes(at, counter)
        elif not self._works_on(at, counter):
            if counter.aside:
                counter.idle = True
                return
            del self.counters[name]
            self.last_closed = at
            yield Action(at, "session-closed", counter=name)
        elif self.waiting:
            yield from self._calls(at, counter)
        else:
            counter.idle = True

    def _works_on(self, at: int, counter: Counter) -> bool:
        """Whether the shift lasts, or the office is closed and people still wait in it."""
        if at < counter.ends:
            return True
        last = self.day.closes + self.day.overtime
        return bool(self.waiting) and self.day.closes <= counter.ends and at < last

    def _wake(self, at: int) -> None:
        """Let somebody with nothing to do look up."""
        for counter in self.counters.values():
            if counter.idle:
                counter.idle = False
                self._later(at + self._between(BREATH), self._turns_to_next, counter.name)
                return

    def _free(self, at: int, counter: Counter) -> None:
        counter.now = 0
        self._later(at + self._between(BREATH), self._turns_to_next, counter.name)

    # --- visitors -----------------------------------------------------------------------------

    def _arrives(self, at: int, visitor: Visitor) -> Course:
        one = Errand(next(self.numbers), visitor, visitor.kind, said=visitor.says_what)
        kind = "issued" if visitor.due_at is None else "checked-in"
        service = visitor.kind if one.said else None
        if (yield Action(at, kind, one.number, visitor=visitor, service=service)) is False:
            return
        self._waits(at, one)
        self._later(at + visitor.stays, self._gives_up, one)

    def _waits(self, at: int, one: Errand) -> None:
        self.errands[one.number] = one
        one.state, one.counter = WAITING, ""
        self.waiting.add(one.number)
        self._wake(at)

    def _gives_up(self, at: int, one: Errand) -> Course:
        if one.state != WAITING or one.gone or not self.counters:
            return
        if not one.visitor.says_goodbye:
            one.gone = True
            return
        self.waiting.discard(one.number)
        one.state = OVER
        yield Action(at, "left", one.number)

    def _comes_back(self, at: int, one: Errand) -> Course:
        if one.state == MISSED and at < self.day.closes:
            one.gone = False
            if (yield Action(at, "reactivated", one.number)) is not False:
                self._waits(at, one)

    # --- at the counter -----------------------------------------------------------------------

    def _calls(self, at: int, counter: Counter, number: int = 0) -> Course:
        answer = yield Action(at, "called", number, counter.name)
        one = self.errands.get(number or int(answer or 0))
        if one is None or answer is False:
            counter.idle = True
            self._later(at + LOOKS_AGAIN, self._turns_to_next, counter.name)
            return
        self.waiting.discard(one.number)
        one.state, one.counter, one.calls = CALLED, counter.name, 1
        counter.now = one.number
        if one.gone:
            self._later(at + BEFORE_RECALL, self._calls_again, one)
        else:
            walk = self._between(WALK) if not number else SECOND
            self._later(at + walk, self._begins, one)

    def _calls_again(self, at: int, one: Errand) -> Course:
        counter = self.counters[one.counter]
        if one.calls <= self.day.habits.recalls:
            one.calls += 1
            if (yield Action(at, "recalled", one.number, one.counter)) is not False:
                self._later(at + BEFORE_RECALL, self._calls_again, one)
                return
        elif (yield Action(at, "missed", one.number, one.counter)) is not False:
            one.state = MISSED
            if self.rng.random() < self.day.habits.comes_back:
                self._later(at + self._between(AWAY), self._comes_back, one)
            self._free(at, counter)
            return
        self._give_up_on(at, one)

    def _begins(self, at: int, one: Errand) -> Course:
        service = None if one.said else one.kind
        if (yield Action(at, "begun", one.number, one.counter, service=service)) is False:
            self._give_up_on(at, one)
            return
        one.state, one.said = SERVING, True
        lasts = self._duration(one.kind)
        habits, chance = self.day.habits, self.rng.random()
        if chance < habits.transferred:
            self._later(at + int(lasts * EARLY_ON), self._passes_on, one)
        elif chance < habits.transferred + habits.parked:
            one.left_to_do = int(lasts * (1 - EARLY_ON))
            self._later(at + int(lasts * EARLY_ON), self._puts_aside, one)
        else:
            self._later(at + lasts, self._finishes, one)

    def _duration(self, kind: Kind) -> int:
        spread = math.log1p(kind.pace.cv**2)
        middle = math.log(kind.pace.mean) - spread / 2
        minutes = self.rng.lognormvariate(middle, math.sqrt(spread))
        return max(SHORTEST, int(minutes * MINUTE))

    def _puts_aside(self, at: int, one: Errand) -> Course:
        if (yield Action(at, "parked", one.number, one.counter)) is False:
            self._give_up_on(at, one)
            return
        one.state = PARKED
        counter = self.counters[one.counter]
        counter.aside.append(one.number)
        self._free(at, counter)
        self._later(at + self._between(ASIDE), self._can_go_on, one)

    def _can_go_on(self, at: int, one: Errand) -> Course:
        counter = self.counters[one.counter]
        counter.back.append(one.number)
        if counter.idle:
            yield from self._turns_to_next(at, counter.name)

    def _resumes(self, at: int, counter: Counter) -> Course:
        one = self.errands[counter.back.pop(0)]
        counter.aside.remove(one.number)
        counter.now = one.number
        if (yield Action(at, "resumed", one.number, counter.name)) is False:
            self._give_up_on(at, one)
            return
        one.state = SERVING
        self._later(at + one.left_to_do, self._finishes, one)

    def _passes_on(self, at: int, one: Errand) -> Course:
        child = Errand(next(self.numbers), one.visitor, self.day.kinds.draw(self.rng))
        if (yield Action(at, "transferred", one.number, one.counter, service=child.kind)) is False:
            self._give_up_on(at, one)
            return
        yield Action(at, "added", child.number, service=child.kind, parent=one.number)
        one.state = OVER
        self._waits(at, child)
        self._free(at, self.counters[one.counter])

    def _finishes(self, at: int, one: Errand) -> Course:
        chance = self.rng.random()
        if chance < self.day.habits.asks_more:
            yield from self._leads_to_the_next(at, one)
            return
        outcome = one.kind.outcomes.draw(self.rng)
        yield Action(at, "finished", one.number, one.counter, outcome=outcome)
        if chance > 1 - self.day.habits.finished_by_mistake:
            self._later(at + BEFORE_UNDO, self._takes_back, one)
            return
        one.state = OVER
        self._free(at, self.counters[one.counter])

    def _takes_back(self, at: int, one: Errand) -> Course:
        if (yield Action(at, "undone", one.number, one.counter)) is False:
            self._give_up_on(at, one)
            return
        self._later(at + BEFORE_UNDO, self._ends_after_all, one)

    def _ends_after_all(self, at: int, one: Errand) -> Course:
        outcome = one.kind.outcomes.draw(self.rng)
        yield Action(at, "finished", one.number, one.counter, outcome=outcome)
        self._give_up_on(at, one)

    def _leads_to_the_next(self, at: int, one: Errand) -> Course:
        """One question leads to the next: the counter goes on with the same visitor."""
        child = Errand(next(self.numbers), one.visitor, self.day.kinds.draw(self.rng))
        added = yield Action(
            at, "added", child.number, one.counter, service=child.kind, parent=one.number
        )
        code = "next_errand_here" if added is not False else "solved_here"
        yield Action(at, "finished", one.number, one.counter, outcome=Outcome(code))
        one.state = OVER
        counter = self.counters[one.counter]
        if added is False:
            self._free(at, counter)
            return
        self.errands[child.number] = child
        counter.now = 0
        yield from self._calls(at, counter, child.number)

    def _give_up_on(self, at: int, one: Errand) -> None:
        """Go on without an errand that is over, or that somebody else has acted on."""
        one.state = OVER
        self._free(at, self.counters[one.counter])


def course(day: Day, rng: Random) -> Course:
    """Let a day take its course; see the head of the module for how it is driven."""
    return _Office(day, rng).course()
