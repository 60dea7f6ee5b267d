"""The table of what can be asked: one row for each method and address, and how a row is found."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel

from knutpunkt.reception.api.asked import LARGEST_BODY, Wish
from knutpunkt.reception.api.problems import AddressUnknown, MethodNotAllowed

CREATED = 201
OK = 200

#: Carries out a wish; what it returns is the answer, as plain values.
Deed = Callable[[Wish], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Way:
    """What a method does at an address, what it takes, and which action the role must allow.

    ``path`` has words in braces: ``{office}`` is the key of the actor's own office, ``{errand}``
    the number of one of its errands. ``needs`` empty leaves it to whoever carries it out.
    """

    method: str
    path: str
    does: Deed
    summary: str
    needs: str = ""
    takes: type[BaseModel] | None = None
    asks: type[BaseModel] | None = None
    status: int = OK
    answers: str = "Answer"
    refusals: tuple[int, ...] = ()
    #: The largest body it takes, in bytes.
    largest: int = LARGEST_BODY

    @property
    def parts(self) -> tuple[str, ...]:
        """Words of the path."""
        return tuple(self.path.split("/"))


@dataclass(slots=True)
class Ways:
    """All rows, found by the number of words first."""

    rows: tuple[Way, ...]
    _by_length: dict[int, list[tuple[tuple[str, ...], dict[str, Way]]]] = field(init=False)

    def __post_init__(self) -> None:
        grouped: dict[tuple[str, ...], dict[str, Way]] = {}
        for row in self.rows:
            grouped.setdefault(row.parts, {})[row.method] = row
        self._by_length = defaultdict(list)
        # Rows with fewer words in braces come first: “errands” is no office.
        for parts in sorted(grouped, key=lambda parts: sum(map(_is_open, parts))):
            self._by_length[len(parts)].append((parts, grouped[parts]))

    def find(self, method: str, path: str) -> tuple[Way, Mapping[str, str]]:
        """The row for a request and the words of its path.

        Raises
        ------
        AddressUnknown, MethodNotAllowed
            When there is none.
        """
        said = tuple(path.strip("/").split("/"))
        for parts, methods in self._by_length.get(len(said), ()):
            words = _words(parts, said)
            if words is None:
                continue
            way = methods.get("GET" if method == "HEAD" else method)
            if way is None:
                raise MethodNotAllowed(method=method, allowed=tuple(sorted(methods)))
            return way, words
        raise AddressUnknown(path=f"/api/reception/{path}")


def ways(*groups: Iterable[Way]) -> Ways:
    """Put the rows of several modules together."""
    return Ways(tuple(row for group in groups for row in group))


def _is_open(part: str) -> bool:
    return part.startswith("{")


def _words(parts: tuple[str, ...], said: tuple[str, ...]) -> dict[str, str] | None:
    words = {}
    for part, word in zip(parts, said, strict=True):
        if _is_open(part):
            words[part[1:-1]] = word
        elif part != word:
            return None
    return words
