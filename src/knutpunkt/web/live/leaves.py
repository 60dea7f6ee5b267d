"""Who may hear the staff's stream of an office: asked of the database, never of the pass alone."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from knutpunkt.reception.live_words import Holder
from knutpunkt.web.live.lines import Door

ANSWER_WITHIN = 20.0


class Leaves:
    """Questions whether somebody still works at an office. All in the event loop.

    ``need`` has the hub's thread ask the database; it answers by ``answered``.
    """

    def __init__(self, door: Door, need: Callable[[Holder], None]) -> None:
        self._door = door
        self._need = need
        self._asked: dict[Holder, asyncio.Future[bool]] = {}

    async def holds(self, holder: Holder) -> bool:
        """Whether somebody may hear the stream now.

        Raises
        ------
        TimeoutError
            When the database does not answer in time.
        """
        if holder not in self._asked:
            self._asked[holder] = asyncio.get_running_loop().create_future()
            self._need(holder)
        return await asyncio.wait_for(asyncio.shield(self._asked[holder]), ANSWER_WITHIN)

    def check_again(self, now: int) -> None:
        """Give every line its sign of life (ms), and ask whose streams may go on."""
        for holder in self._door.beat(now):
            self._need(holder)

    def answered(self, holder: Holder, holds: bool) -> None:
        """Take an answer: for who asked, and to end open streams that no longer hold."""
        asked = self._asked.pop(holder, None)
        if asked is not None and not asked.done():
            asked.set_result(holds)
        if not holds:
            self._door.end_those_of(holder)
