"""One class per thing the caller can act on; mapped to HTTP and exit code in one place each."""

from __future__ import annotations

from knutpunkt.errors import KnutpunktError

__all__ = ["InstantUnreadable", "KnutpunktError", "NotFound", "RoughDateUnreadable"]


class NotFound(KnutpunktError):
    """The thing asked for is not in the register."""

    code = "not-found"
    status = 404


class RoughDateUnreadable(KnutpunktError):
    """A date is not written in the part of EDTF (ISO 8601-2) that can be evaluated."""

    code = "date-unreadable"
    exit_code = 2
    hint = (
        "Write a day 2022-05-31, a month 2022-05, a year 2022, a season 2022-21, a half year "
        "2022-40, or one day of several: [2022-01-01..2022-06-27], [..2021-05-26], [2019-01-25..]."
    )

    def __init__(self, *, text: str, reason: str) -> None:
        super().__init__(f"The date “{text}” cannot be read: {reason}.")


class InstantUnreadable(KnutpunktError):
    """A point in time is not written as ISO 8601."""

    code = "instant-unreadable"
    exit_code = 2
    hint = "Write 2022-06-28T11:00; without an offset it is read as local time of the network."

    def __init__(self, *, text: str) -> None:
        super().__init__(f"The time “{text}” cannot be read.")
