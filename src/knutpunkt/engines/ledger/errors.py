"""What the reading of a log refuses."""

from __future__ import annotations

from knutpunkt.errors import KnutpunktError


class LogOutOfOrder(KnutpunktError):
    """The events of a log do not stand in the order of their numbers."""

    code = "log-out-of-order"
    hint = "Read the events ordered by office and office_seq."

    def __init__(self, *, number: int) -> None:
        self.number = number
        super().__init__(f"Event {number} does not come after the event before it.")
