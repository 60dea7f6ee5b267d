"""Small programmes whose forecasts are known."""

from dataclasses import replace

from knutpunkt.engines.schedule.model import (
    Activity,
    Duration,
    Link,
    Programme,
    Project,
    ReferenceClass,
)

TODAY = 738_000.0  # 2021-07-29, a Thursday


def days(mode, shape="fixed", low=None, high=None):
    """A duration; by default one that is certain."""
    return Duration(mode if low is None else low, mode, mode if high is None else high, shape)


def lognormal(p10, p90):
    return Duration(p10, p10, p90, "lognormal")


def chain(key, *durations, reference_class="", **rest):
    """A project of activities a0, a1... one after the other."""
    activities = tuple(Activity(f"a{at}", duration) for at, duration in enumerate(durations))
    links = tuple(Link(f"a{at}", f"a{at + 1}") for at in range(len(durations) - 1))
    return Project(
        key, activities, links, activities[-1].key, reference_class=reference_class, **rest
    )


def programme(*projects, **rest):
    rest.setdefault("data_date", TODAY)
    return Programme(tuple(projects), **rest)


def changed(project, activity, **facts):
    """The project with some facts of one activity changed."""
    return replace(
        project,
        activities=tuple(
            replace(each, **facts) if each.key == activity else each for each in project.activities
        ),
    )


def classes(**facts):
    return (ReferenceClass("c", **facts),)
