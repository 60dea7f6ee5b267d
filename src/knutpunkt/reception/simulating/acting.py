"""What each action of a simulated day is over HTTP, and what its answer means to the day."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from knutpunkt.engines.queueing.day import Action, Answer
from knutpunkt.reception.simulating.wire import Refused, Speaker

#: Word of the address for what happens to an errand.
WORDS = {
    "recalled": "recall", "begun": "begin", "finished": "finish", "parked": "park",
    "resumed": "resume", "missed": "no-show", "undone": "undo", "left": "leave",
    "reactivated": "reactivate", "transferred": "transfer",
}  # fmt: skip
#: Done by the end of the day itself.
BY_ITSELF = ("swept",)


@dataclass
class OfficePlayed:
    """An office as it is played: its token, and which errand of the server is which of the day."""

    office: str
    token: str
    asked: int = 0
    refused: int = 0
    reports: list[dict[str, Any]] = field(default_factory=list)
    _theirs: dict[int, int] = field(default_factory=dict)
    _ours: dict[int, int] = field(default_factory=dict)
    _passed_on: dict[int, int] = field(default_factory=dict)

    def act(self, action: Action, speaker: Speaker) -> Answer:
        """Carry out an action; the answer is what the course of the day is sent."""
        if action.kind in BY_ITSELF:
            return None
        if action.kind == "added" and action.parent in self._passed_on:
            return self._known(action.errand, self._passed_on.pop(action.parent))
        way = _WAYS.get(action.kind, OfficePlayed.about_errand)
        path, body = way(self, action)
        self.asked += 1
        answer = speaker.ask("POST", path, self.token, body, at=action.at)
        if isinstance(answer, Refused):
            self.refused += 1
            return False
        return self._meant(action, answer)

    def _meant(self, action: Action, answer: Mapping[str, Any]) -> Answer:
        if action.kind == "called":
            theirs = answer.get("errand")
            return self._ours.get(int(theirs)) if theirs else None
        if action.kind in ("issued", "checked-in", "added"):
            return self._known(action.errand, int(answer["errand"]))
        if action.kind == "transferred":
            self._passed_on[action.errand] = int(answer["errand"])
        elif action.kind == "day-ended":
            self.reports.append(dict(answer["report"]))
            self._theirs.clear()
            self._ours.clear()
        return True

    def _known(self, ours: int, theirs: int) -> Answer:
        self._theirs[ours], self._ours[theirs] = theirs, ours
        return True

    def session_way(self, action: Action) -> tuple[str, dict[str, Any]]:
        path = "sessions" if action.kind == "session-opened" else "sessions/close"
        return f"{self.office}/{path}", {"counter": action.counter}

    def visit_way(self, action: Action) -> tuple[str, dict[str, Any]]:
        visitor = action.visitor
        assert visitor is not None
        body = {
            "language": visitor.language,
            "party_size": visitor.people,
            "prio_class": visitor.prio_class,
            "arrival": "walk_in" if visitor.due_at is None else "booked",
        }
        return f"{self.office}/visits", body | _service(action)

    def call_way(self, action: Action) -> tuple[str, dict[str, Any]]:
        body: dict[str, Any] = {"counter": action.counter}
        if action.errand:
            body["errand"] = self._theirs[action.errand]
        return f"{self.office}/calls", body

    def added_way(self, action: Action) -> tuple[str, dict[str, Any]]:
        return f"errands/{self._theirs[action.parent]}/add", _service(action)

    def day_way(self, _action: Action) -> tuple[str, dict[str, Any]]:
        return f"{self.office}/day/end", {}

    def about_errand(self, action: Action) -> tuple[str, dict[str, Any]]:
        body: dict[str, Any] = {"counter": action.counter} if action.counter else {}
        if action.outcome is not None:
            code, authority, channel, level = action.outcome
            body["outcome"] = code
            said = {"next_authority": authority, "next_channel": channel, "missing_level": level}
            body |= {name: value for name, value in said.items() if value}
        path = f"errands/{self._theirs[action.errand]}/{WORDS[action.kind]}"
        return path, body | _service(action)


Way = Callable[[OfficePlayed, Action], tuple[str, dict[str, Any]]]
_WAYS: dict[str, Way] = {
    "session-opened": OfficePlayed.session_way,
    "session-closed": OfficePlayed.session_way,
    "issued": OfficePlayed.visit_way,
    "checked-in": OfficePlayed.visit_way,
    "called": OfficePlayed.call_way,
    "added": OfficePlayed.added_way,
    "day-ended": OfficePlayed.day_way,
}


def _service(action: Action) -> dict[str, str]:
    return {} if action.service is None else {"service": action.service.service}
