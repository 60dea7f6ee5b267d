"""What the queueing engine costs, and how near its waits come: printed from this run.

Run with ``python bench/queueing.py``; CPU time of one core, no database.
"""

from __future__ import annotations

import heapq
import math
import time
from random import Random

from knutpunkt.engines.queueing.arrivals import arrivals, shape
from knutpunkt.engines.queueing.day import Day, Kind, Outcome, Shift, chances
from knutpunkt.engines.queueing.erlang import long_run
from knutpunkt.engines.queueing.order import Rule
from knutpunkt.engines.queueing.simulation import simulated
from knutpunkt.engines.queueing.waiting import Busy, Pace, wait

PACE = Pace(10.0, 0.9)
DAYS, MINUTES, LOAD = 60, 360, 0.85
HOUR = 3_600_000


def main() -> None:
    """Print the table."""
    print("counters  wait told, error  slot rule, error  within 10-90 %  of those who waited")
    for counters in (2, 5, 12):
        ours, slots, within = compared(counters)
        print(f"{counters:8d}  {ours:12.2f} min  {slots:12.2f} min  {within:21.1%}")
    print(f"one prediction at 6 counters: {per_prediction():.1f} µs")
    print(f"simulated events of days: {events_per_second():,.0f}/s")
    began = time.process_time()
    long_run(arrivals=48, service_rate=1, counters=50, patience_rate=0.5)
    print(f"Erlang A at 50 counters: {(time.process_time() - began) * 1e6:.0f} µs")


def compared(counters: int) -> tuple[float, float, float]:
    """Mean absolute error of the wait told and of place times pace, and the share within."""
    rng, hump = Random(148), shape()  # noqa: S311  # a simulation has no secrets
    spread = math.log1p(PACE.cv**2)
    middle = math.log(PACE.mean) - spread / 2
    number = ours = slots = waited = within = 0.0
    for _day in range(DAYS):
        free, services = [0.0] * counters, list[tuple[float, float]]()
        for part in arrivals(rng, LOAD * counters / PACE.mean * MINUTES, hump):
            at = part * MINUTES
            services = [one for one in services if one[1] > at]
            busy = [Busy(at - begun, PACE) for begun, _ends in services if begun <= at]
            ahead = len(services) - len(busy)
            begins = max(at, heapq.heappop(free))
            services.append((begins, begins + rng.lognormvariate(middle, math.sqrt(spread))))
            heapq.heappush(free, services[-1][1])
            told = wait(ahead=ahead, pace=PACE, busy=busy, free=counters - len(busy))
            assert told is not None
            real = begins - at
            number += 1
            ours += abs(told.mid - real)
            slots += abs((ahead + 1) * PACE.mean / counters - real)
            if len(busy) == counters:
                waited += 1
                within += told.low <= real <= told.high
    return ours / number, slots / number, within / waited


def per_prediction() -> float:
    """Microseconds of one prediction, the best of five rounds."""
    busy = [Busy(minutes, PACE) for minutes in (1, 3, 8, 12, 15, 22)]
    rounds, best = 5000, math.inf
    for _try in range(5):
        began = time.process_time()
        for _round in range(rounds):
            wait(ahead=20, pace=PACE, busy=busy, giving_up=0.01)
        best = min(best, (time.process_time() - began) / rounds)
    return best * 1e6


def events_per_second() -> float:
    """Actions of simulated days in a second."""
    solved = chances([(Outcome("solved_here"), 1.0)])
    day = Day(
        opens=0,
        closes=6 * HOUR,
        shifts=tuple(Shift(str(n), 0, 6 * HOUR) for n in (1, 2, 3)),
        kinds=chances([(Kind("a/b", PACE, solved), 1.0)]),
        expected=59,
        languages=chances([("sv", 1.0)]),
        rule=Rule("usual", 1, {"booked": 1.5, "frail": 2.0}),
    )
    began, number = time.process_time(), 0
    for seed in range(200):
        rng = Random(seed)  # noqa: S311  # a simulation has no secrets
        number += sum(1 for _action in simulated(day, rng))
    return number / (time.process_time() - began)


if __name__ == "__main__":
    main()
