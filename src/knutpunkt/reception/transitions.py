"""The life of an errand: which states there are, and which action leads from where to where.

Pure, without a database: services, imports, nodes and statistics all ask this table, so that
nothing can happen on one road that could not happen on another.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

WAITING: Final = "waiting"
CALLED: Final = "called"
SERVING: Final = "serving"
PARKED: Final = "parked"
TRANSFERRED: Final = "transferred"
MISSED: Final = "missed"
LEFT: Final = "left"
DONE: Final = "done"
SWEPT: Final = "swept"
WITHDRAWN: Final = "withdrawn"

STATES = (WAITING, CALLED, SERVING, PARKED, TRANSFERRED, MISSED, LEFT, DONE, SWEPT, WITHDRAWN)
OPEN = (WAITING, CALLED, SERVING, PARKED, MISSED)
#: States in which one counter session, and no other, has the errand.
HELD = (CALLED, SERVING, PARKED)
#: Of these a session has at most one.
AT_THE_COUNTER = (CALLED, SERVING)
CLOSED = (TRANSFERRED, LEFT, DONE, SWEPT, WITHDRAWN)


@dataclass(frozen=True, slots=True)
class Transition:
    """From any of some states to one; ``holds`` says whose the errand is afterwards.

    ``holds`` is ``"taker"`` (the acting session takes it), ``"holder"`` (whoever has it keeps
    it; only the holder may act) or ``"nobody"``. ``by_holder`` says that a held errand can only
    be acted on by the session that holds it.
    """

    before: tuple[str, ...]
    after: str
    holds: str
    by_holder: bool = True


#: What happens to an errand that exists, by the name the event carries.
TRANSITIONS = MappingProxyType(
    {
        "called": Transition((WAITING,), CALLED, "taker"),
        "recalled": Transition((CALLED,), CALLED, "holder"),
        "begun": Transition((CALLED,), SERVING, "holder"),
        "finished": Transition((SERVING, CALLED), DONE, "nobody"),
        "missed": Transition((CALLED,), MISSED, "nobody"),
        "reactivated": Transition((MISSED,), WAITING, "nobody"),
        "parked": Transition((SERVING,), PARKED, "holder"),
        "resumed": Transition((PARKED,), SERVING, "holder"),
        "released": Transition((PARKED,), WAITING, "nobody"),
        "transferred": Transition((WAITING, CALLED, SERVING), TRANSFERRED, "nobody"),
        "left": Transition((WAITING, CALLED, MISSED, PARKED), LEFT, "nobody", by_holder=False),
        "swept": Transition(OPEN, SWEPT, "nobody", by_holder=False),
        "withdrawn": Transition((WAITING,), WITHDRAWN, "nobody", by_holder=False),
    }
)
#: How an errand comes into being, and the states it may begin in.
BEGINNINGS = MappingProxyType(
    {
        "issued": (WAITING,),
        "checked-in": (WAITING,),
        "added": (WAITING, SERVING),
    }
)
#: Takes back the last action of the same session within a minute; leads where the event says.
UNDONE: Final = "undone"
UNDO_WITHIN_MS = 60_000
CAN_BE_UNDONE = (
    "called", "begun", "finished", "missed", "parked", "resumed", "released", "transferred", "left",
)  # fmt: skip

#: Events that are not about the state of an errand.
ABOUT_THE_HOUSE = (
    "session-opened", "session-closed", "people-counted", "invited", "came-in",
    "printed", "print-failed", "reprinted", "equipment-broken", "equipment-mended",
    "closed", "reopened", "incident", "alarm", "interpreter-ordered", "day-ended",
    "booking-made", "booking-cancelled", "booking-moved", "booking-missed", "noted",
)  # fmt: skip

KINDS = (*TRANSITIONS, *BEGINNINGS, UNDONE, *ABOUT_THE_HOUSE)

OUTCOMES = (
    "solved_here",
    "solved_by_guided_self_service",
    "next_errand_here",
    "referred_authority",
    "booked_follow_up",
    "beyond_service_level",
    "wrong_place",
    "missing_document",
    "left_before_call",
    "no_show",
    "aborted",
)
#: Outcomes after which the visitor has to turn to somebody else, or come again.
SENT_ON = (
    "referred_authority", "booked_follow_up", "beyond_service_level", "wrong_place",
    "missing_document",
)  # fmt: skip
#: What a clerk may say of a finished errand; the other two follow from what happened.
BY_CLERK = tuple(code for code in OUTCOMES if code not in ("left_before_call", "no_show"))
#: Where a visitor is referred to.
CHANNELS = ("phone", "web", "letter", "visit", "video", "other_office")


def may(action: str, state: str) -> bool:
    """Whether the action can be taken on an errand in this state."""
    return action in TRANSITIONS and state in TRANSITIONS[action].before


def actions_in(state: str) -> tuple[str, ...]:
    """Every action that can be taken in a state, in the order of the table."""
    return tuple(name for name, way in TRANSITIONS.items() if state in way.before)
