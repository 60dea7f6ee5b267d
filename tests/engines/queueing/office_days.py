"""Days of an office for the tests: one kind of errand, a few counters, nothing unusual."""

from knutpunkt.engines.queueing.day import Day, Habits, Kind, Outcome, Shift, chances
from knutpunkt.engines.queueing.order import Rule
from knutpunkt.engines.queueing.waiting import Pace

MINUTE = 60_000
HOUR = 60 * MINUTE
USUAL = Rule("usual", 1, {"ordinary": 1.0, "booked": 1.5, "frail": 2.0, "acute": 4.0})
SOLVED = chances([(Outcome("solved_here"), 0.8), (Outcome("missing_document"), 0.2)])
PACE = Pace(10.0, 0.9)
#: Nobody books, leaves, is passed on or asks more: a plain queue.
PLAIN = Habits(
    patience_minutes=1e6, asks_more=0, transferred=0, parked=0, finished_by_mistake=0,
    says_nothing=0, booked=0, frail=0,
)  # fmt: skip


def office_day(counters=3, expected=70.0, *, habits=None, pace=PACE, hours=6, rule=USUAL):
    closes = hours * HOUR
    return Day(
        opens=0,
        closes=closes,
        shifts=tuple(Shift(str(n + 1), 0, closes) for n in range(counters)),
        kinds=chances([(Kind("skatteverket/id-card", pace, SOLVED, "full"), 1.0)]),
        expected=expected,
        languages=chances([("sv", 0.8), ("ar", 0.2)]),
        rule=rule,
        habits=habits or Habits(),
    )
