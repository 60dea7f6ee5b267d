"""What the API takes. Every field has a usual value, so an empty body is a whole request."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, Field, StringConstraints

from knutpunkt.reception import transitions
from knutpunkt.reception.models import Arrival, CounterSession, PriorityClass

LARGEST_VERSION = 2**31 - 1
MOST_PEOPLE = 99

Key = Annotated[str, StringConstraints(pattern=r"^[-a-zA-Z0-9_]{0,50}$")]
ServiceKey = Annotated[
    str, StringConstraints(pattern=r"^[-a-zA-Z0-9_]{0,50}(/[-a-zA-Z0-9_]{1,50})?$")
]
Language = Annotated[str, StringConstraints(pattern=r"^([a-z]{2,3}(-[A-Za-z]{2,4})?)?$")]
CounterText = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-zÅÄÖåäö -]{0,8}$")]
CounterName = CounterText | Annotated[int, Field(ge=0, le=99_999_999)]
Moment = Annotated[
    AwareDatetime, Field(ge=datetime(2000, 1, 1, tzinfo=UTC), le=datetime(2100, 1, 1, tzinfo=UTC))
]
Day = Annotated[date, Field(ge=date(2000, 1, 1), le=date(2099, 12, 31))]
Outcome = Literal[transitions.BY_CLERK]  # type: ignore[valid-type]  # the table of the states says which
Channel = Literal[transitions.CHANNELS]  # type: ignore[valid-type]  # as above


class Body(BaseModel):
    """What every body may hold. Fields nobody knows are passed over."""

    at_device: Moment | None = Field(
        None, description="What the device's own clock says, with its offset; kept beside ours."
    )


class VisitIn(Body):
    """A ticket for whoever has come. Nobody needs to have said what it is about."""

    authority: Key | None = Field(None, examples=["skatteverket"])
    service: ServiceKey | None = Field(
        None, description="Key, or authority/service; empty while not said.", examples=["id-card"]
    )
    language: Language = "sv"
    interpreter: Language = Field("", description="Language an interpreter is wanted in.")
    access_needs: Annotated[str, StringConstraints(pattern=r"^[-a-z0-9_, ]{0,60}$")] = ""
    party_size: int = Field(1, ge=1, le=MOST_PEOPLE)
    prio_class: PriorityClass = PriorityClass.ORDINARY
    speaks: Language = Field("", description="Language the visitor has to be served in.")
    arrival: Arrival = Arrival.WALK_IN
    practice: bool = Field(False, description="Leaves no statistics.")


class AtCounter(Body):
    """An action at a counter."""

    counter: CounterName | None = Field(
        None, description="Counter that acts; the one the token has open when left out."
    )
    version: int | None = Field(
        None, ge=1, le=LARGEST_VERSION, description="Act only on the errand in this version."
    )

    @property
    def at(self) -> dict[str, Any]:
        """Counter and version as the services take them."""
        return {"counter": named(self.counter), "version": self.version}


class CallIn(AtCounter):
    """The next visitor, or one by number of the errand."""

    errand: int | None = Field(
        None, ge=1, lt=2**53, description="Call this one instead of whoever is next."
    )


class FinishIn(AtCounter):
    """How an errand ended; what it was about may be said only now."""

    outcome: Outcome | None = Field(None, description="Needed: how the errand ended.")
    next_authority: Key | None = None
    next_channel: Channel | None = None
    missing_level: Key | None = Field(None, description="Service level that would have solved it.")
    authority: Key | None = None
    service: ServiceKey | None = None


class BeginIn(AtCounter):
    """The visitor has come to the counter."""

    authority: Key | None = None
    service: ServiceKey | None = None


class TransferIn(AtCounter):
    """To another queue or counter of the office."""

    authority: Key | None = None
    service: ServiceKey | None = None
    to_counter: CounterName | None = None


class AddIn(AtCounter):
    """Another errand of the same visit."""

    authority: Key | None = None
    service: ServiceKey | None = None
    begin: bool = Field(False, description="Begin it at once at this counter.")


class Skills(BaseModel):
    """What a counter can do; empty lists exclude nothing."""

    authorities: list[Annotated[str, StringConstraints(pattern=r"^(\*|[-a-zA-Z0-9_]{1,50})$")]] = (
        Field(default_factory=lambda: ["*"], max_length=50)
    )
    services: list[Annotated[int, Field(ge=1, lt=2**53)]] = Field(
        default_factory=list, max_length=200
    )
    languages: list[Language] = Field(default_factory=list, max_length=30)
    equipment: list[Key] = Field(default_factory=list, max_length=30)


class SessionIn(Body):
    """Open a counter."""

    counter: CounterName | None = Field(None, description="The first free name when left out.")
    mode: CounterSession.Mode = CounterSession.Mode.FRONT
    skills: Skills | None = None
    sits_at: Key | None = Field(None, description="Key of the office a remote session sits at.")
    meeting_link: Annotated[str, StringConstraints(pattern=r"^(https://[^\s\x00]{1,280})?$")] = ""
    practice: bool = False


class CloseIn(Body):
    """Close a counter; the token's own when left out.

    An office manager may close anybody's, and with ``free`` also one where somebody stands: they
    wait again with the time they had.
    """

    counter: CounterName | None = None
    free: bool = False


class PeopleIn(Body):
    """People without a ticket who came in (above 0) or went out (below 0)."""

    change: int = Field(1, ge=-500, le=500)


class DayEndIn(Body):
    """End the day: everything open is swept."""


Email = Annotated[str, StringConstraints(pattern=r"^([^@\s\x00]{1,64}@[^@\s\x00]{1,180})?$")]
Code = Annotated[str, StringConstraints(pattern=r"^[-0-9A-Za-z ]{1,40}$")]


class BookingIn(Body):
    """Hold a place for ten minutes."""

    service: ServiceKey = Field(description="Key, or authority/service.")
    authority: Key | None = None
    starts_at: Moment = Field(description="When the time begins, with its offset.")
    language: Language = "sv"
    interpreter: Language = ""
    party_size: int = Field(1, ge=1, le=MOST_PEOPLE)
    acute: bool = Field(False, description="Also a place kept for acute visits.")


class CodeIn(Body):
    """The code of a booking."""

    code: Code


class ConfirmIn(CodeIn):
    """The code, and how to reach whoever booked, where they want that."""

    email: Annotated[str, StringConstraints(pattern=r"^([^@\s\x00]{1,64}@[^@\s\x00]{1,180})?$")] = (
        ""
    )
    phone: Annotated[str, StringConstraints(pattern=r"^[0-9+ ()-]{0,30}$")] = ""


class MoveIn(CodeIn):
    """The code, and the new time."""

    starts_at: Moment


class SlotsQuery(BaseModel):
    """Which times are asked for."""

    service: ServiceKey = Field(description="Key, or authority/service.")
    authority: Key | None = None
    first: Day | None = Field(None, description="Today when left out.")
    last: Day | None = Field(None, description="Two weeks later when left out.")
    acute: bool = False


class WhyQuery(BaseModel):
    """Which errand it is compared with."""

    before: int = Field(ge=1, lt=2**53, description="The other errand.")


class NoQuery(BaseModel):
    """Nothing is asked beyond the address."""


def named(counter: str | int | None) -> str:
    """A counter's name as visitors see it; empty when nobody said."""
    return "" if counter is None else str(counter).strip()
