"""What may be shown to everybody: no number behind which so few stand that they are recognised.

A count from 1 to 4 is left out (primary), and with it so many more of its row and column that the
totals shown beside them do not give it away (secondary): never one alone, and never so few that
their sum leaves only one way to fill them. Zero is shown: it tells of nobody. A group of which one
count is left out keeps all to itself, because its counts add up to each other.

References
----------
Hundepool et al. (2012), Statistical Disclosure Control, chapter 4 (doi:10.1002/9781118348239).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace

from knutpunkt.reception.counting.definitions import DURATION_FIGURES
from knutpunkt.reception.counting.figure import Figure, Figures, Group, SentOn, Solvable
from knutpunkt.reception.transitions import SENT_ON

FEWEST = 5
#: What is left out of a line together is at least this many, so that their sum does not bound
#: any one of them to a few.
FEWEST_TOGETHER = 2 * FEWEST
Cell = tuple[int, int]
Table = Sequence[Sequence[int]]

_WHOLE = ("visits", "errands", "people")
_REPEATED = ("left_before_call", "no_show")


def hidden_cells(table: Table, also: AbstractSet[Cell] = frozenset()) -> set[Cell]:
    """Which cells of a table of counts must not be shown, when its row and column sums are.

    Parameters
    ----------
    table
        Counts by row and column; every row is equally long.
    also
        Cells that are left out for another reason and must be as well protected.

    Returns
    -------
    set
        Row and column of each.
    """
    hidden = set(also) | {
        (i, j) for i, row in enumerate(table) for j, count in enumerate(row) if 0 < count < FEWEST
    }
    while True:
        more = {cell for line in _lines(table) for cell in _next_of(table, line, hidden)}
        if not more:
            return hidden
        hidden |= more


def _lines(table: Table) -> Iterator[list[Cell]]:
    width = len(table[0]) if table else 0
    if width > 1:
        yield from ([(i, j) for j in range(width)] for i in range(len(table)))
    if len(table) > 1:
        yield from ([(i, j) for i in range(len(table))] for j in range(width))


def _next_of(table: Table, line: list[Cell], hidden: set[Cell]) -> list[Cell]:
    """The next cell to leave out of a line, if what is left out does not protect itself."""
    gone = [table[i][j] for i, j in line if (i, j) in hidden and table[i][j]]
    if not gone or (len(gone) > 1 and sum(gone) >= FEWEST_TOGETHER):
        return []
    shown = [(table[i][j], (i, j)) for i, j in line if (i, j) not in hidden and table[i][j]]
    return [min(shown)[1]] if shown else []


def published(figures: Figures) -> Figures:
    """The same figures as everybody may see them.

    Counts of groups, outcomes and causes are treated as tables whose sums are shown; percentiles
    need at least five durations behind them.
    """
    groups = _groups_hidden(figures.groups)
    if figures.group_by == "authority":
        sent_on = _as_in_groups(figures.sent_on, groups)
    else:
        sent_on = _sent_on_hidden(figures.sent_on)
    [total] = _groups_hidden((figures.total,))
    return replace(
        figures,
        total=total,
        groups=groups,
        sent_on=sent_on,
        solvable=_solvable_hidden(figures.solvable),
        suppressed=True,
    )


def _groups_hidden(groups: tuple[Group, ...]) -> tuple[Group, ...]:
    if not groups:
        return ()
    gone = _groups_gone(groups)
    codes = list(groups[0].outcomes)
    table = [[_count(group.outcomes[code]) for code in codes] for group in groups]
    cells = hidden_cells(table, {(i, j) for i in gone for j in range(len(codes))})
    of_group = [{codes[j] for i, j in cells if i == place} for place in range(len(groups))]
    vague = _sent_on_gone(groups, of_group)
    return tuple(
        _hidden(group, whole=i in gone, codes=of_group[i], sent_on=i in vague)
        for i, group in enumerate(groups)
    )


def _groups_gone(groups: tuple[Group, ...]) -> set[int]:
    """Groups of which nothing is shown: one of their counts is small, or protects another."""
    gone: set[int] = set()
    while True:
        before = set(gone)
        for name in _WHOLE:
            column = [[_count(group.figures[name])] for group in groups]
            gone |= {i for i, _j in hidden_cells(column, {(i, 0) for i in gone})}
        if gone == before:
            return gone


def _sent_on_gone(groups: tuple[Group, ...], of_group: list[set[str]]) -> set[int]:
    """Groups whose sum of causes would tell a cause that is left out."""
    vague = {(i, 0) for i, codes in enumerate(of_group) if codes & set(SENT_ON)}
    column = [[_count(group.figures["sent_on"])] for group in groups]
    return {i for i, _j in hidden_cells(column, vague)}


def _hidden(group: Group, *, whole: bool, codes: set[str], sent_on: bool) -> Group:
    gone = set(codes & set(_REPEATED)) | _few_durations(group)
    if sent_on:
        gone.add("sent_on")
    if whole:
        gone = set(group.figures)
    return replace(
        group,
        figures=_without(group.figures, gone),
        outcomes=_without(group.outcomes, codes),
    )


def _without(figures: Mapping[str, Figure], gone: set[str]) -> dict[str, Figure]:
    return {key: one.hidden() if key in gone else one for key, one in figures.items()}


def _few_durations(group: Group) -> set[str]:
    few = [name for name in DURATION_FIGURES if 0 < _count(group.figures[name]) < FEWEST]
    return {key for name in few for key in (name, *DURATION_FIGURES[name])}


def _count(figure: Figure) -> int:
    return figure.value or 0


def _as_in_groups(rows: tuple[SentOn, ...], groups: tuple[Group, ...]) -> tuple[SentOn, ...]:
    by_authority = {group.key: group.outcomes for group in groups}
    return tuple(
        replace(row, errands=row.errands.hidden())
        if by_authority[row.authority][row.cause].suppressed
        else row
        for row in rows
    )


def _sent_on_hidden(rows: tuple[SentOn, ...]) -> tuple[SentOn, ...]:
    gone = _pairs_hidden([(one.authority, one.cause, _count(one.errands)) for one in rows])
    return tuple(
        replace(one, errands=one.errands.hidden()) if (one.authority, one.cause) in gone else one
        for one in rows
    )


def _solvable_hidden(rows: tuple[Solvable, ...]) -> tuple[Solvable, ...]:
    gone = _pairs_hidden([(one.authority, one.level, _count(one.errands)) for one in rows])
    return tuple(
        replace(one, errands=one.errands.hidden()) if (one.authority, one.level) in gone else one
        for one in rows
    )


def _pairs_hidden(rows: list[tuple[str, str, int]]) -> set[tuple[str, str]]:
    """The same for a table given as rows: one side, other side, count."""
    down = sorted({row[0] for row in rows})
    across = sorted({row[1] for row in rows})
    counts = {(one, other): count for one, other, count in rows}
    table = [[counts.get((one, other), 0) for other in across] for one in down]
    return {(down[i], across[j]) for i, j in hidden_cells(table)}
