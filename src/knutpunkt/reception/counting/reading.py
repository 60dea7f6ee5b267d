"""The event log as columns: one office at a time, in the order of its keys.

An event's facts that are words (service, level, language, outcome …) are put together into one
text by the database. There are few different ones, so each is understood once and known by a
number from then on; that, and fetching five columns in place of twenty, is what makes a year
readable in a minute.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from knutpunkt.engines.ledger.facts import ErrandEvents
from knutpunkt.engines.ledger.kinds import kind_named
from knutpunkt.reception import transitions
from knutpunkt.reception.models.visits import PER_OFFICE, key_of

Ints = NDArray[np.int64]

AT_ONCE = 50_000
IN_ONE_STATEMENT = 900  # values SQLite takes
ABOUT_ERRANDS = frozenset({*transitions.TRANSITIONS, *transitions.BEGINNINGS, transitions.UNDONE})
#: Words of an event, in the order in which the database puts them together.
WORDS = (
    "kind", "state", "practice", "full", "simulated", "people", "service", "level", "language",
    "prio_class", "arrival", "outcome", "next_authority", "next_channel", "missing_level",
)  # fmt: skip
#: After these an errand usually stays as it is, so only they are described in full.
LASTING = ("finished", "left", "swept", "transferred", "withdrawn", transitions.UNDONE)

_SHORT = "kind, state, CASE WHEN practice THEN 1 ELSE 0 END"
_FULL = (
    f"{_SHORT}, 1, CASE WHEN simulated THEN 1 ELSE 0 END, people, COALESCE(service_id, 0), level, "
    "language, prio_class, arrival, outcome, next_authority, next_channel, missing_level"
)
_REST = "0|0|0|0" + "|" * (len(WORDS) - 7)
_TOGETHER = {
    "sqlite": (
        f"printf('{'|'.join(['%s'] * len(WORDS))}', {_FULL})",
        f"printf('%s|%s|%s|{_REST}', {_SHORT})",
    ),
    "postgresql": (f"concat_ws('|', {_FULL})", f"concat_ws('|', {_SHORT}, '{_REST}')"),
}
_ACCRUES = {
    "sqlite": "json_extract(data, '$.accrues_from')",
    "postgresql": "CAST(data ->> 'accrues_from' AS bigint)",
}


def _sql() -> str:
    # An errand added later waits from then on, whatever place in the queue it is given.
    accrues = (
        "CASE WHEN data IS NOT NULL AND kind IN ('issued', 'checked-in') "
        f"THEN {_ACCRUES[connection.vendor]} END"
    )
    full, short = _TOGETHER[connection.vendor]
    lasting = ", ".join(f"'{kind}'" for kind in LASTING)
    text = f"CASE WHEN kind IN ({lasting}) THEN {full} ELSE {short} END".replace("%", "%%")
    return (
        f"SELECT id, at, COALESCE(visit, 0), errand, COALESCE({accrues}, 0), {text} "  # noqa: S608  # constant text
        "FROM reception_event WHERE id > %s AND id <= %s AND errand IS NOT NULL "
        "ORDER BY id LIMIT %s"
    )


@dataclass
class Descriptions:
    """The texts met so far, each with its number, and their words as columns."""

    numbers: dict[str, int] = field(default_factory=dict)
    _columns: dict[str, list[str]] = field(default_factory=dict)
    _coded: dict[str, tuple[tuple[str, ...], Ints]] = field(default_factory=dict)

    def numbered(self, texts: tuple[str, ...]) -> list[int]:
        """Numbers of texts; one not met before gets the next."""
        numbers = self.numbers
        for text in set(texts) - numbers.keys():
            numbers[text] = len(numbers)
        return [numbers[text] for text in texts]

    def words(self, name: str) -> list[str]:
        """One word of every description, by number."""
        if len(self._columns.get(name, ())) != len(self.numbers):
            columns = zip(*(text.split("|") for text in self.numbers), strict=True)
            self._columns = dict(zip(WORDS, map(list, columns), strict=True))
            self._coded.clear()
        return self._columns.get(name, [])

    def coded(self, name: str) -> tuple[tuple[str, ...], Ints]:
        """The different words in alphabetical order, and each description's place among them."""
        words = self.words(name)
        if name not in self._coded:
            different = tuple(sorted(set(words)))
            place = {word: number for number, word in enumerate(different)}
            places = np.array([place[word] for word in words], dtype=np.int64)
            self._coded[name] = different, places
        return self._coded[name]

    def kinds(self) -> Ints:
        """Kind of every description as a number; 0 is not about an errand, or practice."""
        told = zip(*(self.words(name) for name in ("kind", "state", "practice")), strict=True)
        return np.array([_kind(*one) for one in told], dtype=np.int64)


@cache
def _kind(kind: str, state: str, practice: str) -> int:
    if kind not in ABOUT_ERRANDS or practice == "1":
        return 0
    return int(kind_named(kind, serving=state == transitions.SERVING))


@dataclass(frozen=True)
class Log:
    """Events about errands with the descriptions their ``what`` points at."""

    events: ErrandEvents
    descriptions: Descriptions

    def part(self, first: int, last: int) -> Log:
        """Those events whose places are from first to before last."""
        columns = (column[first:last] for column in vars(self.events).values())
        return Log(ErrandEvents(*columns), self.descriptions)


def read_log(ranges: list[tuple[int, int, int]]) -> Log:
    """Read events about errands, without those of practice.

    Parameters
    ----------
    ranges
        Office, first and last ``office_seq`` of each piece wanted; by rising office.

    Returns
    -------
    Log
        One query for every 50,000 events of a piece; nothing is kept of a row but seven numbers.
    """
    described = Descriptions()
    pieces = [
        _columns(rows, described)
        for office, first, last in ranges
        for rows in _rows(key_of(office, first) - 1, key_of(office, last))
    ]
    if not pieces:
        pieces = [np.zeros((6, 0), dtype=np.int64)]
    number, at, visit, errand, accrues, what = np.concatenate(pieces, axis=1)
    kinds = described.kinds()
    kind = kinds[what] if len(kinds) else what
    kept = kind > 0
    columns = (number, at, kind, visit, errand, accrues, what)
    return Log(ErrandEvents(*(column[kept] for column in columns)), described)


def described(log: Log, keys: list[int]) -> list[int]:
    """Describe certain events in full; numbers of their descriptions in the order of the keys."""
    full, _short = _TOGETHER[connection.vendor]
    found: dict[int, str] = {}
    with connection.cursor() as cursor:
        for start in range(0, len(keys), IN_ONE_STATEMENT):
            some = keys[start : start + IN_ONE_STATEMENT]
            marks = ", ".join(["%s"] * len(some))
            text = full.replace("%", "%%")
            cursor.execute(f"SELECT id, {text} FROM reception_event WHERE id IN ({marks})", some)  # noqa: S608  # marks only
            found.update(cursor.fetchall())
    return log.descriptions.numbered(tuple(found[key] for key in keys))


def _rows(after: int, last: int) -> Iterator[list[Any]]:
    sql = _sql()
    with connection.cursor() as cursor:
        while True:
            cursor.execute(sql, [after, last, AT_ONCE])
            rows = cursor.fetchall()
            if rows:
                yield rows
            if len(rows) < AT_ONCE:
                return
            after = rows[-1][0]


def _columns(rows: list[Any], described: Descriptions) -> Ints:
    *numbers, texts = zip(*rows, strict=True)
    return np.array([*numbers, described.numbered(texts)], dtype=np.int64)


_FROM = "SELECT office_seq, local_day FROM reception_event WHERE id >= %s ORDER BY id LIMIT 1"


def first_seq_on(cursor: Any, office: int, day: date, last: int) -> int:
    """The first event of an office on a day or after it: about twenty look-ups by key.

    Parameters
    ----------
    last
        The office's last event; the answer is one more when nothing has happened since the day.
    """
    low, high = 1, last + 1
    while low < high:
        middle = (low + high) // 2
        cursor.execute(_FROM, [key_of(office, middle)])
        found = cursor.fetchone()
        if found is not None and _day(found[1]) < day:
            low = int(found[0]) + 1
        else:
            high = middle
    return low


def _day(stored: date | str) -> date:
    return date.fromisoformat(stored) if isinstance(stored, str) else stored


def last_seqs() -> dict[int, int]:
    """The last event of every office that has any: one query."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT office_id, last FROM reception_officesequence WHERE last > 0")
        return dict(cursor.fetchall())


def seq_of(key: int) -> int:
    """The office's own number in a key."""
    return key % PER_OFFICE
