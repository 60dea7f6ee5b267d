"""What every action answers with."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from knutpunkt.reception.held import Held


@dataclass(frozen=True, slots=True)
class Answer:
    """An errand after an action: its number, state and version, and the event that says so."""

    number: str
    state: str
    version: int
    office_seq: int
    errand: int | None = None
    visit: int | None = None
    counter: str = ""
    more: dict[str, Any] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """Plain values, as the API answers."""
        return {
            "number": self.number,
            "state": self.state,
            "version": self.version,
            "office_seq": self.office_seq,
            "errand": self.errand,
            "visit": self.visit,
            "counter": self.counter,
            **self.more,
        }


def answer(held: Held, office_seq: int, **more: Any) -> Answer:
    """Say how an errand stands after an event."""
    return Answer(
        held.ticket,
        held.state,
        held.version,
        office_seq,
        held.id,
        held.visit_id,
        held.counter,
        more,
    )
