"""A queue in memory, in the order of a rule, quick however many wait.

Within a class whoever accrues longest is first, so only the first of each class are compared.
"""

from __future__ import annotations

from heapq import heappop, heappush

from knutpunkt.engines.queueing.day import Action
from knutpunkt.engines.queueing.order import Rule, Waiting, accrual_start, first

_LEAVES = ("left", "called")


class Line:
    """Who waits, by class."""

    def __init__(self, rule: Rule) -> None:
        self.rule = rule
        self._known: dict[int, Waiting] = {}
        self._waiting: set[int] = set()
        self._by_class: dict[str, list[tuple[int, int, int]]] = {}

    def __len__(self) -> int:
        return len(self._waiting)

    def follow(self, action: Action) -> None:
        """Take in what happened; actions that do not concern who waits are passed over."""
        number = action.errand
        if action.kind in ("issued", "checked-in") and action.visitor is not None:
            starts = accrual_start(action.at, action.visitor.due_at, self.rule)
            self._join(Waiting(number, "", action.visitor.prio_class, starts, number))
        elif action.kind == "added":
            parent = self._known[action.parent]
            starts = parent.accrues_from
            self._join(Waiting(number, "", parent.prio_class, starts, number))
        elif action.kind == "reactivated":
            self._join(self._known[number])
        elif action.kind in _LEAVES:
            self._waiting.discard(number)

    def call(self, now: int) -> int | None:
        """Take out whoever is first; nobody when the line is empty."""
        heads = [self._known[heap[0][2]] for heap in self._heaps()]
        chosen = first(heads, self.rule, now)
        if chosen is None:
            return None
        self._waiting.discard(chosen.key)
        return chosen.key

    def _join(self, one: Waiting) -> None:
        self._known[one.key] = one
        self._waiting.add(one.key)
        # Strictly first come: all in one class, by arrival.
        name, starts = ("", 0) if self.rule.strict else (one.prio_class, one.accrues_from)
        heappush(self._by_class.setdefault(name, []), (starts, one.place, one.key))

    def _heaps(self) -> list[list[tuple[int, int, int]]]:
        """Lines of the classes, each with somebody who still waits at its head."""
        for heap in self._by_class.values():
            while heap and heap[0][2] not in self._waiting:
                heappop(heap)
        return [heap for heap in self._by_class.values() if heap]
