"""Many offices played at once over HTTP, in the order of simulated time."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from heapq import heapify, heappop, heappush

from knutpunkt.engines.queueing.course import Course
from knutpunkt.engines.queueing.day import Action, Answer
from knutpunkt.reception.simulating.acting import OfficePlayed
from knutpunkt.reception.simulating.wire import Speaker

SPEAKERS = 4
#: A speaker with nothing to do looks again after so many seconds.
PATIENCE = 0.02

#: Told now and then: actions so far, and the simulated instant in milliseconds.
Progress = Callable[[int, int], object]
TOLD_EVERY = 500


@dataclass
class Played:
    """An office and the courses of its days, one after the other."""

    office: OfficePlayed
    courses: Iterator[Course]
    course: Course | None = None

    def first(self) -> Action | None:
        """The first action of the next day; nothing after the last."""
        self.course = next(self.courses, None)
        return None if self.course is None else next(self.course)

    def following(self, answer: Answer) -> Action | None:
        """The next action, after what came of the one before."""
        assert self.course is not None
        try:
            return self.course.send(answer)
        except StopIteration:
            return self.first()


class Stage:
    """Hands out the earliest action of all offices, one of each office at a time."""

    def __init__(self, offices: Iterable[Played], progress: Progress) -> None:
        self._ahead = [(action.at, n, one, action) for n, one in enumerate(offices)
                       if (action := one.first()) is not None]  # fmt: skip
        heapify(self._ahead)
        self._out, self.done, self._progress = 0, 0, progress
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self.broken: BaseException | None = None

    def stop(self) -> None:
        """Let nobody begin anything more."""
        self._stop.set()

    def work(self, url: str) -> None:
        """Play until nothing is left or somebody has stopped it."""
        speaker = Speaker(url)
        try:
            while not self._stop.is_set() and (self._ahead or self._out):
                if not self._play_one(speaker):
                    self._stop.wait(PATIENCE)
        except BaseException as error:  # noqa: BLE001  # told by whoever waits for all speakers
            self.broken = self.broken or error
            self.stop()
        finally:
            speaker.close()

    def _play_one(self, speaker: Speaker) -> bool:
        with self._lock:
            if not self._ahead:
                return False
            at, n, one, action = heappop(self._ahead)
            self._out += 1
            self.done += 1
            if self.done % TOLD_EVERY == 0:
                self._progress(self.done, at)
        following = None
        try:
            following = one.following(one.office.act(action, speaker))
        finally:
            with self._lock:
                self._out -= 1
                if following is not None:
                    heappush(self._ahead, (following.at, n, one, following))
        return True


def play(url: str, offices: Iterable[Played], *, progress: Progress) -> int:
    """Play every day of every office; a few connections, each kept.

    Returns
    -------
    int
        Actions carried out.

    Raises
    ------
    ServerRefuses
        When the server does not answer, or refuses what is no conflict.
    """
    stage = Stage(offices, progress)
    speakers = [
        threading.Thread(target=stage.work, args=(url,), name=f"speaker {n}", daemon=True)
        for n in range(SPEAKERS)
    ]
    for one in speakers:
        one.start()
    try:
        for one in speakers:
            while one.is_alive():
                one.join(timeout=0.5)
    finally:
        stage.stop()
        for one in speakers:
            one.join()
    if stage.broken is not None:
        raise stage.broken
    return stage.done
