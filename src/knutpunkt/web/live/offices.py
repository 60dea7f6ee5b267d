"""Which offices are watched, what their boards show, and who is told. All in the event loop."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from knutpunkt.reception.live_board import MOST_REPLAYED, Board, Moment
from knutpunkt.reception.live_words import event_words, heard_by, snapshot_words
from knutpunkt.web.live.lines import Line, frame

READ_WITHIN = 20.0
#: An event may overtake the one before it by so much; then the database is asked.
GAP_FOR_SECONDS = 0.03

Event = Mapping[str, Any]


@dataclass(slots=True)
class Watched:
    """An office somebody listens to. ``early`` are events whose predecessor is still to come."""

    board: Board
    lines: dict[str, set[Line]] = field(default_factory=lambda: defaultdict(set))
    early: dict[int, Event] = field(default_factory=dict)


class Offices:
    """The boards of the watched offices; ``need`` asks for a board (a key) or a look (a number)."""

    def __init__(self, need: Callable[[str | int], None]) -> None:
        self._need = need
        self._by_key: dict[str, Watched] = {}
        self._by_office: dict[int, Watched] = {}
        self._asked: dict[str, asyncio.Future[Watched | None]] = {}

    def watches(self, office: int) -> bool:
        """Whether anybody listens to the office. May be asked from any thread."""
        return office in self._by_office

    def positions(self) -> dict[int, tuple[str, int]]:
        """Key of each watched office and the last event told. May be asked from any thread."""
        watched = self._by_office.copy()
        return {office: (one.board.key, one.board.seq) for office, one in watched.items()}

    async def find(self, key: str) -> Watched | None:
        """Watch an office; nothing when there is no such office.

        Raises
        ------
        TimeoutError
            When the database does not answer in time.
        """
        found = self._by_key.get(key)
        if found is not None and found.lines:
            return found
        if key not in self._asked:
            self._asked[key] = asyncio.get_running_loop().create_future()
            self._need(key)
        return await asyncio.wait_for(asyncio.shield(self._asked[key]), READ_WITHIN)

    def join(self, watched: Watched, line: Line, audience: str, last: int | None) -> None:
        """Let a line follow: first what it missed after ``last``, or the board as it is."""
        lines = watched.lines[audience]
        # After a restart of the server the displays come back one after the other.
        line.push(b"retry: %d\n\n" % (1_000 + 100 * (len(lines) % 30)))
        missed = None if last is None else watched.board.since(last)
        if missed is None:
            line.push(_snapshot(watched.board))
        elif part := _frames(watched.board, missed, audience):
            line.push(part)
        lines.add(line)

    def leave(self, watched: Watched, line: Line, audience: str) -> None:
        """Forget a line, and the office with its last one."""
        watched.lines[audience].discard(line)
        if not watched.lines[audience]:
            del watched.lines[audience]
        if not watched.lines and self._by_key.get(watched.board.key) is watched:
            del self._by_key[watched.board.key]
            self._by_office.pop(watched.board.office, None)

    def read(self, key: str, board: Board | None) -> None:
        """Take a board that was read: for who asked, or because too much was missed."""
        watched = self._by_key.get(key)
        if board is None:
            self._end(watched)
        elif watched is None:
            watched = self._by_key[key] = self._by_office[board.office] = Watched(board)
        else:
            self._replace(watched, board)
        asked = self._asked.pop(key, None)
        if asked is not None and not asked.done():
            asked.set_result(watched if board is not None else None)
        if board is not None:
            self._need(board.office)  # what was written while it was read

    def told(self, office: int, events: Iterable[Event]) -> None:
        """Tell everybody what happened, in order; wait for what was overtaken."""
        watched = self._by_office.get(office)
        if watched is None:
            return
        board, early = watched.board, watched.early
        early.update({e["office_seq"]: e for e in events if e["office_seq"] > board.seq})
        moments = []
        while (event := early.pop(board.seq + 1, None)) is not None:
            moments.append(board.apply(event))
        for audience, lines in watched.lines.items():
            if part := _frames(board, moments, audience):
                for line in list(lines):
                    line.push(part)
        if early:
            self._wait_for_what_was_overtaken(watched)

    def _wait_for_what_was_overtaken(self, watched: Watched) -> None:
        if len(watched.early) > MOST_REPLAYED:
            watched.early.clear()
        loop = asyncio.get_running_loop()
        loop.call_later(GAP_FOR_SECONDS, self._need_if_still_early, watched)

    def _need_if_still_early(self, watched: Watched) -> None:
        if watched.early:
            self._need(watched.board.office)

    def _replace(self, watched: Watched, board: Board) -> None:
        if self._by_office.get(watched.board.office) is watched:
            del self._by_office[watched.board.office]
        watched.board = board
        watched.early.clear()
        self._by_office[board.office] = watched
        part = _snapshot(board)
        for lines in watched.lines.values():
            for line in list(lines):
                line.push(part)

    def _end(self, watched: Watched | None) -> None:
        for lines in watched.lines.values() if watched else ():
            for line in list(lines):
                line.end()


def _snapshot(board: Board) -> bytes:
    return frame("snapshot", snapshot_words(board), board.seq)


def _frames(board: Board, moments: Iterable[Moment], audience: str) -> bytes:
    return b"".join(_frame(board, told, audience) for told in moments if heard_by(audience, told))


def _frame(board: Board, told: Moment, audience: str) -> bytes:
    """Encoded once for all listeners of a kind, however many there are."""
    encoded = told.frames.get(audience)
    if encoded is None:
        encoded = frame("office", event_words(told, board, audience), told.seq)
        told.frames[audience] = encoded
    return encoded
