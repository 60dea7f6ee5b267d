"""What the schedule refuses, one class per thing a caller can put right."""

from __future__ import annotations

from collections.abc import Sequence

from knutpunkt.errors import KnutpunktError


class ScheduleRefused(KnutpunktError, ValueError):
    """Something about a programme cannot be reckoned with as it is."""

    code = "schedule_refused"


class CalendarUnusable(ScheduleRefused):
    """A calendar has no week, no span or an unknown weekday."""

    code = "calendar_unusable"
    hint = "Give at least one weekday (0 Monday to 6 Sunday) and a last day not before the first."

    def __init__(self, *, reason: str) -> None:
        super().__init__(f"This calendar cannot be used: {reason}.")


class MomentWithoutDate(ScheduleRefused):
    """A moment is no day of the calendar: never, not a number, or far outside."""

    code = "moment_without_date"
    hint = "Ask first whether it happens at all; a moment is a number of days, date.toordinal()."

    def __init__(self, *, moment: float) -> None:
        self.moment = moment
        super().__init__(f"The moment {moment:g} is not a day between the years 1 and 9999.")


class NameUnknown(ScheduleRefused):
    """Something names a calendar, cause, crew or reference class the programme does not have."""

    code = "name_unknown"

    def __init__(self, *, where: str, what: str, name: str, known: Sequence[str]) -> None:
        self.hint = f"Add it to the programme, or name one of: {_quoted(known)}."
        super().__init__(f"{where} names the {what} “{name}”, which the programme does not have.")


class DuplicateKey(ScheduleRefused):
    """Two things of one kind have the same key."""

    code = "duplicate_key"
    hint = "Give each its own key."

    def __init__(self, *, what: str, key: str, where: str) -> None:
        super().__init__(f"The key “{key}” stands for more than one {what} of {where}.")


class LinkEndUnknown(ScheduleRefused):
    """A link leads from or to an activity that its project does not have."""

    code = "link_end_unknown"
    hint = "Add the activity, or take the link away."

    def __init__(self, *, project: str, before: str, after: str, missing: str) -> None:
        super().__init__(
            f"The link “{before}” → “{after}” of project “{project}” names the activity "
            f"“{missing}”, which the project does not have."
        )


class FinishUnknown(ScheduleRefused):
    """The activity that completes a project is not among its activities."""

    code = "finish_unknown"
    hint = "Name one of its activities as its finish."

    def __init__(self, *, project: str, finish: str) -> None:
        super().__init__(
            f"Project “{project}” is to be complete with “{finish}”, an activity it does not have."
        )


class LinkTypeUnknown(ScheduleRefused):
    """A link is neither FS, SS, FF nor SF."""

    code = "link_type_unknown"
    hint = "Write FS, SS, FF or SF."

    def __init__(self, *, project: str, before: str, after: str, found: str) -> None:
        super().__init__(
            f"The link “{before}” → “{after}” of project “{project}” has the type “{found}”."
        )


class ActivitiesInCycle(ScheduleRefused):
    """Activities wait for one another in a circle, so none can begin."""

    code = "activities_in_cycle"
    hint = "Take one of these links away."

    def __init__(self, *, project: str, cycle: Sequence[str]) -> None:
        self.cycle = tuple(cycle)
        around = " → ".join(f"“{key}”" for key in (*cycle, cycle[0]))
        super().__init__(f"Activities of project “{project}” wait in a circle: {around}.")


class MaximumLagTooShort(ScheduleRefused):
    """A maximum lag cannot hold, however late its first activity is placed."""

    code = "maximum_lag_too_short"
    hint = "Lengthen one of these maximum lags, or shorten what lies between."

    def __init__(self, *, project: str, links: Sequence[tuple[str, str]]) -> None:
        self.links = tuple(links)
        pairs = ", ".join(f"“{before}” → “{after}”" for before, after in links)
        super().__init__(
            f"In project “{project}” more must happen than the maximum lag allows: {pairs}."
        )


class LagsCross(ScheduleRefused):
    """The maximum lag of a link is shorter than its lag."""

    code = "lags_cross"
    hint = "Make the maximum lag at least as long as the lag."

    def __init__(
        self, *, project: str, before: str, after: str, lag: float, max_lag: float
    ) -> None:
        super().__init__(
            f"The link “{before}” → “{after}” of project “{project}” waits at least {lag:g} and "
            f"at most {max_lag:g} days."
        )


class NotANumber(ScheduleRefused):
    """A figure is missing, not a number or infinite."""

    code = "not_a_number"
    hint = "Give a finite number."

    def __init__(self, *, where: str, what: str, found: object) -> None:
        super().__init__(f"{where} has {what} {found}, which is not a finite number.")


class OutOfRange(ScheduleRefused):
    """A figure is a number but cannot be what it is called."""

    code = "out_of_range"

    def __init__(self, *, where: str, what: str, found: float, wanted: str) -> None:
        self.hint = f"Give {wanted}."
        super().__init__(f"{where} has {what} {found:g}, which is not {wanted}.")


class NegativeDuration(ScheduleRefused):
    """An activity would take less than no time."""

    code = "negative_duration"
    hint = "Give 0 days or more; use a negative lag for a lead."

    def __init__(self, *, where: str, found: float) -> None:
        super().__init__(f"{where} takes {found:g} days, less than none.")


class DurationOutOfOrder(ScheduleRefused):
    """Lowest, most likely and highest duration are not in this order."""

    code = "duration_out_of_order"

    def __init__(self, *, where: str, found: str, wanted: str) -> None:
        self.hint = f"Give {wanted}."
        super().__init__(f"{where} has the durations {found}.")


class ActualsContradict(ScheduleRefused):
    """Actual moments contradict each other or lie after the data date."""

    code = "actuals_contradict"
    hint = "Correct the actual dates, or reckon with a later data date."

    def __init__(self, *, where: str, fact: str) -> None:
        super().__init__(f"{where} {fact}.")


class SimulationStopped(ScheduleRefused):
    """The caller wanted a simulation to go no further."""

    code = "simulation_stopped"
    hint = "Start it again; the same seed gives the same numbers."
    exit_code = 1

    def __init__(self, *, done: int, of: int) -> None:
        super().__init__(f"The simulation was stopped after {done} of {of} runs of projects.")


class EarnedValueRefused(ScheduleRefused):
    """Planned or earned values do not describe a plan under way."""

    code = "earned_value_refused"
    hint = "Give growing cumulative values, an earned value within them and a time above 0."

    def __init__(self, *, fact: str) -> None:
        super().__init__(f"No earned schedule can be reckoned: {fact}.")


class UnreadableInstance(ScheduleRefused):
    """A benchmark file is damaged or not in the format its name promises."""

    code = "unreadable_instance"

    def __init__(self, *, path: str, line: int, fact: str, hint: str = "") -> None:
        self.hint = (
            hint or "Fetch the file anew; PSPLIB's .sm, .mm and .sch and Patterson's .rcp are read."
        )
        place = f"{path}, line {line}" if line else path
        super().__init__(f"{place}: {fact}.")


class NoInstances(ScheduleRefused):
    """There is nothing to measure: no folder, or no instance in it."""

    code = "no_instances"
    hint = "Give a folder with files ending in .sm, .mm, .sch or .rcp; those below are searched."

    def __init__(self, *, path: str, fact: str) -> None:
        super().__init__(f"{path}: {fact}.")


def _quoted(names: Sequence[str]) -> str:
    return ", ".join(f"“{name}”" for name in names) or "none (there are none)"
