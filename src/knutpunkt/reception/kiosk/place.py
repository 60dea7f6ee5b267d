"""A visitor's place in the queue in words: for the kiosk's last page and for the phone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from knutpunkt.core import clock
from knutpunkt.core.fields import to_ms
from knutpunkt.reception import transitions
from knutpunkt.reception.kiosk.languages import Language
from knutpunkt.reception.kiosk.shut import Shut, shut_for
from knutpunkt.reception.models import Errand, Place
from knutpunkt.reception.selectors.queue import Followed
from knutpunkt.reception.selectors.waits import hit_rate

MINUTE = 60_000
#: What the visitor has to know first, where the errands of a visit stand differently.
FIRST = (
    transitions.CALLED, transitions.SERVING, transitions.WAITING, transitions.MISSED,
    transitions.PARKED,
)  # fmt: skip
#: States in which somebody can leave by themselves.
CAN_LEAVE = tuple(state for state in FIRST if transitions.may("left", state))


@dataclass(frozen=True, slots=True)
class PlaceShown:
    """A place in the queue, ready to show.

    ``look`` is ``wait``, ``come`` (come in), ``turn`` (go to a counter), ``closed`` (the office
    has closed meanwhile) or ``over``; ``heading`` the one thing to know, ``lines`` what else there
    is to say.
    """

    number: str
    look: str
    heading: str
    lines: tuple[str, ...]
    counter: str
    ahead: int | None
    low: int | None
    high: int | None
    can_leave: bool
    over: bool
    practice: bool
    simulated: bool

    def as_dict(self) -> dict[str, object]:
        """What the phone's script shows."""
        return {
            "number": self.number, "look": self.look, "heading": self.heading,
            "lines": list(self.lines), "counter": self.counter, "ahead": self.ahead,
            "low": self.low, "high": self.high, "can_leave": self.can_leave, "over": self.over,
        }  # fmt: skip


def place_shown(found: Followed, language: Language) -> PlaceShown:
    """Say where a visitor stands now."""
    errand = first_of(found)
    shut = shut_for(found, errand, language)
    look = _look(found, errand, shut)
    interval = wait_left(found) if look in ("wait", "come") else None
    return PlaceShown(
        number=found.visit.ticket,
        look=look,
        heading=_heading(found, errand, language, look, shut),
        lines=tuple(_lines(found, errand, language, look, interval, shut)),
        counter=_counter(errand) if look == "turn" else "",
        ahead=found.ahead,
        low=interval[0] if interval else None,
        high=interval[1] if interval else None,
        can_leave=bool(errands_to_leave(found)),
        over=look == "over",
        practice=found.visit.practice,
        simulated=found.visit.simulated,
    )


def errands_to_leave(found: Followed) -> list[Errand]:
    """Errands of a visit that its visitor can give up."""
    return [errand for errand in found.errands if errand.state in CAN_LEAVE]


def first_of(found: Followed) -> Errand | None:
    """The errand that says what happens next; nothing when all are over."""
    open_ones = [errand for errand in found.errands if errand.state in FIRST]
    return min(open_ones, key=lambda errand: FIRST.index(errand.state), default=None)


def wait_left(found: Followed) -> tuple[int, int] | None:
    """What is left of the interval told with the ticket, in minutes; nothing once it has passed."""
    visit = found.visit
    if found.told is None or visit.opened_at is None:
        return None
    low, _mid, high = found.told
    waited = (to_ms(clock.now()) - to_ms(visit.opened_at)) / MINUTE
    if high <= waited:
        return None
    return max(0, round(low - waited)), max(1, round(high - waited))


def yesterday_right(office: int, language: Language) -> str:
    """How often the waits told yesterday were right; empty when that is not known."""
    rate = hit_rate(office, clock.today() - timedelta(days=1))
    if rate is None:
        return ""
    return language.say("right_yesterday", right=round(100 * rate.share))


def wait_said(interval: tuple[int, int] | None, language: Language) -> str:
    """An interval in a sentence."""
    if interval is None:
        return language.words["wait_unknown"]
    return language.say("wait_between", low=interval[0], high=interval[1])


def _look(found: Followed, errand: Errand | None, shut: Shut | None) -> str:
    if errand is None:
        return "over"
    if errand.state in transitions.AT_THE_COUNTER:
        return "turn"
    if shut is not None:
        return "closed"
    if errand.state == transitions.WAITING and found.visit.place == Place.INVITED:
        return "come"
    return "wait"


def _heading(
    found: Followed, errand: Errand | None, language: Language, look: str, shut: Shut | None
) -> str:
    words = language.words
    if shut is not None and look in ("over", "closed"):
        return shut.heading
    if errand is None:
        gone = any(one.state == transitions.LEFT for one in found.errands)
        served = any(one.state == transitions.DONE for one in found.errands)
        return words["you_left"] if gone and not served else words["finished"]
    if errand.state == transitions.CALLED:
        return language.say("go_to_counter", counter=_counter(errand))
    if look == "come":
        return words["come_in"]
    spoken = {
        transitions.SERVING: "being_served",
        transitions.MISSED: "missed",
        transitions.PARKED: "parked",
    }
    if errand.state in spoken:
        return words[spoken[errand.state]]
    return language.say("ahead", count=found.ahead if found.ahead is not None else 0)


def _lines(
    found: Followed,
    errand: Errand | None,
    language: Language,
    look: str,
    interval: tuple[int, int] | None,
    shut: Shut | None,
) -> list[str]:
    if shut is not None:
        return [shut.heading, *shut.lines] if look == "turn" else list(shut.lines)
    if errand is None or errand.state != transitions.WAITING:
        return []
    words = language.words
    wait = wait_said(interval, language)
    if look == "come":
        ahead = language.say("ahead", count=found.ahead or 0)
        return [words["come_in_hint"], ahead, wait]
    where = "wait_elsewhere" if found.visit.place == Place.ELSEWHERE else "wait_inside"
    return [wait, words[where]]


def _counter(errand: Errand | None) -> str:
    held = errand.session if errand is not None else None
    return held.counter.name if held is not None else ""
