"""What the API answers, word by word; read by the description and held to it by the tests."""

from __future__ import annotations

from datetime import date
from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class Said(BaseModel):
    """An answer may say more than is listed."""

    model_config = ConfigDict(extra="allow")


class Answer(Said):
    """An errand after an action."""

    number: str | None = Field(description="Series and number on the ticket.", examples=["A17"])
    state: str = Field(description="State of the errand; “empty” when nobody waits.")
    version: int = Field(description="Grows with every change of the errand.")
    office_seq: int = Field(description="Number of the event that says so; gapless at an office.")
    errand: int | None
    visit: int | None
    counter: str = Field("", description="Counter that has the errand.")


class Interval(Said):
    """Minutes, as a range that held in four of five earlier cases."""

    low: float
    mid: float
    high: float


class Ticket(Answer):
    """A ticket that was given out."""

    follow: str = Field("", description="Word with which a visitor follows the queue; said once.")
    place: str = Field("", description="Where the visitor waits.")
    wait: Interval | None = Field(None, description="Expected minutes; null while unknown.")
    ahead: int | None = Field(None, description="How many are before.")


class SessionSaid(Said):
    """A counter that is open, or was."""

    counter: str
    mode: str
    staff: str
    practice: bool
    opened_at: str
    closed_at: str | None
    office_seq: int | None = None


class Sessions(Said):
    """Open counters of the token's holder."""

    sessions: list[SessionSaid]


class People(Said):
    """People inside without a ticket."""

    without_ticket: int


class OfficeNow(Said):
    """The queue as it is, as far as the role may see it."""

    office: str
    office_seq: int


class WaitingNow(Said):
    """Who waits, in the order in which they would be called now."""

    office: str
    waiting: list[dict[str, Any]]


class ErrandNow(Answer):
    """An errand as it is."""


class Why(Said):
    """Why one errand stands before another."""

    errand: int
    before: int


class MenuLine(Said):
    """A service a visitor can choose today."""

    authority: str
    authority_sv: str
    authority_en: str
    service: str
    service_sv: str
    service_en: str
    level: str


class Menu(Said):
    """What the office offers on a day, without what is out of order."""

    office: str
    day: date
    services: list[MenuLine]


class BookingSaid(Said):
    """A booking."""

    status: str


class Slots(Said):
    """Times with a free place."""

    office: str
    slots: list[dict[str, Any]]


class Day(Said):
    """How the day ended."""


class NodeSaid(Said):
    """What a node hears of its centre."""

    name: str = ""


ANSWERS: dict[str, type[BaseModel]] = {
    model.__name__: model
    for model in (
        Answer, Ticket, SessionSaid, Sessions, People, OfficeNow, WaitingNow, ErrandNow, Why, Menu,
        BookingSaid, Slots, Day, NodeSaid,
    )
}  # fmt: skip
