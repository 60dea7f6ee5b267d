"""What an office is set to, read in one look at the beginning of an action."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from knutpunkt.engines.queueing.order import MINUTE, Rule
from knutpunkt.reception.ledger import Turn
from knutpunkt.reception.settled import SERIES, room_made


@dataclass(frozen=True, slots=True)
class Setting:
    """The room of an office today. ``closed`` while a sudden closing lasts."""

    people_limit: int | None
    series: dict[str, Any]
    recall_limit: int
    missed_grace: int
    prints: bool
    simulated: bool
    rule: Rule
    ended: bool
    closed: bool
    without_ticket: int

    def letter(self, arrival: str, authority: str, *, practice: bool) -> str:
        """Series of a new ticket."""
        if practice:
            return SERIES["practice"]
        known = SERIES | self.series
        usual = known["booked"] if arrival == "booked" else known["default"]
        return str(known.get(authority, usual)) if authority else str(usual)


_SETTING = """
SELECT r.people_limit, r.series, r.recall_limit, r.missed_grace_minutes, r.prints_tickets,
  r.simulated, q.key, q.version, q.weights, q.strict, q.booked_grace_minutes,
  d.ended_at, COALESCE(d.without_ticket, 0),
  (SELECT MIN(c.id) FROM reception_closure c WHERE c.office_id = r.office_id
    AND c.begins_at <= %s AND (c.ends_at IS NULL OR c.ends_at > %s))
FROM reception_room r JOIN reception_queuerule q ON q.id = r.rule_id
LEFT JOIN reception_officeday d ON d.office_id = r.office_id AND d.local_day = %s
WHERE r.office_id = %s
"""


def setting_of(turn: Turn) -> Setting:
    """Read the settings of the turn's office: one query; made with usual values when missing."""
    asked = (turn.now, turn.now, turn.day, turn.office)
    found = turn.row(_SETTING, *asked)
    if found is None:
        room_made(turn.office)
        found = turn.row(_SETTING, *asked)
    (
        limit, series, recalls, grace, prints, simulated, key, version, weights, strict,
        booked_grace, ended, uncounted, closed,
    ) = found  # fmt: skip
    rule = Rule(key, version, _plain(weights), bool(strict), booked_grace * MINUTE)
    return Setting(
        limit, _plain(series), recalls, grace * MINUTE, bool(prints), bool(simulated), rule,
        ended is not None, closed is not None, uncounted,
    )  # fmt: skip


def _plain(kept: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(kept) if isinstance(kept, str) else kept
    return found
