"""Networks whose dates are published, written down as facts."""

from __future__ import annotations

from knutpunkt.engines.schedule.model import Activity, Duration, Link, Project


def days(count: float) -> Duration:
    """Make a certain duration."""
    return Duration(count, count, count, "fixed")


def project(durations, links, *, finish=None, **of_project) -> Project:
    """Make a project of ``{key: days}`` or ``{key: Activity}`` and links or pairs of keys."""
    activities = tuple(
        value if isinstance(value, Activity) else Activity(key, days(value))
        for key, value in durations.items()
    )
    links = tuple(link if isinstance(link, Link) else Link(*link) for link in links)
    return Project("p", activities, links, finish or activities[-1].key, **of_project)


def on_node(arrows: dict[str, float]) -> Project:
    """Turn activities on arrows ("1-2": days) into activities on nodes, ended by a milestone."""
    ends = {arrow: arrow.split("-") for arrow in arrows}
    links = [(a, b) for a in arrows for b in arrows if ends[a][1] == ends[b][0]]
    begun = {begin for begin, _ in ends.values()}
    links += [(a, "end") for a in arrows if ends[a][1] not in begun]
    return project({**arrows, "end": 0}, links)


#: Fourteen activities with three-point estimates (lowest, most likely, highest, predecessors).
#: https://wizedu.com/questions/717873/time-days-immediate-time-days-immediate-activity
FOURTEEN = {
    "A": (5, 5, 7, ""),
    "B": (1, 2, 5, ""),
    "C": (5, 5, 5, "A"),
    "D": (4, 8, 13, "A"),
    "E": (1, 10, 17, "BC"),
    "F": (1, 5, 7, "D"),
    "G": (2, 6, 9, "D"),
    "H": (4, 4, 6, "EF"),
    "I": (2, 7, 10, "GH"),
    "J": (2, 4, 7, "I"),
    "K": (6, 10, 13, "I"),
    "L": (2, 6, 6, "J"),
    "M": (2, 2, 3, "K"),
    "N": (7, 7, 12, "LM"),
}

#: Taylor, Introduction to Management Science, chapter 8: activities on arrows, their slack.
#: https://ar.scribd.com/doc/47113515/TaylCh08
TAYLOR_1 = {"1-2": 7, "1-3": 10, "2-4": 6, "3-4": 5, "3-5": 4, "4-5": 3, "5-6": 2}
TAYLOR_1_SLACK = {"1-2": 2, "1-3": 0, "2-4": 2, "3-4": 0, "3-5": 4, "4-5": 0, "5-6": 0}
TAYLOR_2 = {
    "1-2": 8,
    "1-3": 10,
    "1-4": 9,
    "2-5": 6,
    "2-6": 4,
    "3-5": 5,
    "4-5": 0,
    "4-7": 7,
    "5-7": 12,
    "5-8": 15,
    "6-9": 18,
    "7-8": 4,
    "8-9": 7,
}
TAYLOR_2_SLACK = {
    "1-2": 1,
    "1-3": 0,
    "1-4": 6,
    "2-5": 1,
    "2-6": 8,
    "3-5": 0,
    "4-5": 6,
    "4-7": 11,
    "5-7": 0,
    "5-8": 1,
    "6-9": 8,
    "7-8": 0,
    "8-9": 0,
}


def fourteen() -> Project:
    """Make the network of `FOURTEEN`."""
    activities = tuple(
        Activity(key, Duration(low, mode, high)) for key, (low, mode, high, _) in FOURTEEN.items()
    )
    links = tuple(Link(before, key) for key, row in FOURTEEN.items() for before in row[3])
    return Project("fourteen", activities, links, "N")
