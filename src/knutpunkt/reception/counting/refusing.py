"""How an event is refused: by its number, with a reason that completes a sentence."""

from __future__ import annotations

from knutpunkt.errors import KnutpunktError
from knutpunkt.reception.counting.standing import Told


class CouldNotHappen(KnutpunktError):
    """An event contradicts the events before it."""

    code = "could-not-happen"
    hint = "Correct the events, or ask whoever wrote them; nothing has been taken over."

    def __init__(self, *, seq: int, reason: str) -> None:
        self.seq, self.reason = seq, reason
        super().__init__(f"Event {seq} could not have happened: {reason}.")


def refusal(told: Told, reason: str) -> CouldNotHappen:
    """The refusal of an event."""
    return CouldNotHappen(seq=told.seq, reason=reason)


def refuse_unless_one_of(told: Told, name: str, value: str, allowed: tuple[str, ...]) -> None:
    """Refuse a value that is none of those there are."""
    if value not in allowed:
        raise refusal(told, f"“{value[:20]}” is not allowed as {name}: use {', '.join(allowed)}")
