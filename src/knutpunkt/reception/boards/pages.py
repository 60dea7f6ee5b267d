"""What the boards show: figures as rows and charts, each with its meaning."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from knutpunkt.network.models import Level, Service
from knutpunkt.reception.boards.asking import GROUPS, Question
from knutpunkt.reception.boards.drawing import Columns, columns
from knutpunkt.reception.desk.names import OUTCOMES, names_of_authorities
from knutpunkt.reception.models import Arrival, PriorityClass
from knutpunkt.reception.selectors.figures import Figure, Figures, Group

SHOWN = (
    "visits", "errands", "people", "waited_median", "waited_p80", "waited_p95", "served_median",
    "left_before_call", "no_show", "sent_on",
)  # fmt: skip
COLUMNS = ("visits", "errands", "waited_median", "waited_p80", "left_before_call", "sent_on")
SUPPRESSED = ".."
MINUTE = 60


@dataclass(frozen=True, slots=True)
class Line:
    """A figure with its name, its value as written, and its meaning."""

    name: str
    value: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Row:
    """Figures of one group, in the order of the columns."""

    name: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Share:
    """How many errands went one way."""

    name: str
    errands: str


@dataclass(frozen=True, slots=True)
class Board:
    """A page of figures."""

    question: Question
    lines: tuple[Line, ...]
    heads: tuple[str, ...]
    rows: tuple[Row, ...]
    charts: tuple[Columns, ...]
    outcomes: tuple[Share, ...]
    sent_on: tuple[Share, ...]
    solvable: tuple[Share, ...]
    simulated: int
    suppressed: bool

    @property
    def empty(self) -> bool:
        """Whether nothing was counted in the period."""
        return self.lines[0].value == "0"


def board_of(found: Figures, question: Question, names: Mapping[str, str]) -> Board:
    """Lay out figures; ``names`` are those of the offices by key."""
    said = _names(question.group_by, names)
    groups = [(said.get(group.key, group.key) or _("not said"), group) for group in found.groups]
    authorities = names_of_authorities()
    return Board(
        question,
        tuple(_line(found.total.figures[key]) for key in SHOWN),
        tuple(_head(found, key) for key in COLUMNS),
        tuple(Row(name, tuple(written(g.figures[key]) for key in COLUMNS)) for name, g in groups),
        tuple(_charts(groups)) if len(groups) > 1 else (),
        _shares(found),
        tuple(
            Share(
                f"{authorities.get(one.authority, one.authority) or _('not said')}: "
                f"{OUTCOMES.get(one.cause, one.cause)}",
                written(one.errands),
            )
            for one in found.sent_on
        ),
        tuple(
            Share(
                _("%(authority)s, with %(level)s here")
                % {
                    "authority": authorities.get(one.authority, one.authority) or _("not said"),
                    "level": dict(Level.choices).get(one.level, one.level),
                },
                written(one.errands),
            )
            for one in found.solvable
        ),
        found.simulated,
        found.suppressed,
    )


def written(figure: Figure) -> str:
    """A figure as the page writes it: durations in minutes, small counts as two dots."""
    if figure.suppressed:
        return SUPPRESSED
    if figure.value is None:
        return "–"
    if figure.definition.unit != "seconds":
        return f"{figure.value:,}".replace(",", "\u00a0")
    return f"{figure.value / MINUTE:.1f}"


def _line(figure: Figure) -> Line:
    known = figure.definition
    minutes = known.unit == "seconds"
    name = f"{known.name} ({_('minutes')})" if minutes else known.name
    return Line(name, written(figure), known.meaning)


def _head(found: Figures, key: str) -> str:
    known = found.total.figures[key].definition
    return f"{known.name} ({_('minutes')})" if known.unit == "seconds" else known.name


def _charts(groups: Sequence[tuple[str, Group]]) -> list[Columns]:
    shown = (("visits", _("visits"), 1), ("waited_p80", _("minutes"), MINUTE))
    found = []
    for key, unit, per in shown:
        rows = [
            (name, None if group.value(key) is None else (group.value(key) or 0) / per)
            for name, group in groups
        ]
        if any(value is not None for _name, value in rows):
            title = groups[0][1].figures[key].definition.name
            found.append(columns(rows, title=title, unit=unit))
    return found


def _shares(found: Figures) -> tuple[Share, ...]:
    return tuple(
        Share(str(OUTCOMES.get(code, code)), written(figure))
        for code, figure in found.total.outcomes.items()
        if figure.value or figure.suppressed
    )


def _names(group_by: str, offices: Mapping[str, str]) -> Mapping[str, str]:
    """Names of the keys of a grouping, in the language of the page."""
    known: dict[str, Mapping[str, str]] = {
        "office": offices,
        "level": {key: str(name) for key, name in Level.choices},
        "prio_class": {key: str(name) for key, name in PriorityClass.choices},
        "arrival": {key: str(name) for key, name in Arrival.choices},
    }
    if group_by == "authority":
        return names_of_authorities()
    if group_by == "service":
        authorities = names_of_authorities()
        return {
            f"{one.authority_id}/{one.slug}": f"{authorities[one.authority_id]}: {one.name_sv}"
            for one in Service.objects.all()
        }
    return known.get(group_by, {})


def group_names() -> list[tuple[str, str]]:
    """Every grouping with its name."""
    return [(key, str(name)) for key, name in GROUPS.items()]
