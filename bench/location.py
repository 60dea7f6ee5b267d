"""The location engine on published and generated problems, beside what is demanded of it.

    python bench/location.py --data FOLDER [--only pmed,sweden,…] [--peers] [--json]

FOLDER holds the published instances: ``pmed`` and ``pmedcap`` and ``ufl`` of OR-Library, ``mclp``
(cities), ``tsplib`` (sw24978.tsp and others). Generated problems strew demand around the places of
sw24978 (with noise, Pareto weights) and take some of these as sites. Seconds are wall clock of the
machine the bench runs on, from costs in memory to the answer; kernels are compiled before.

========= =========================================================================================
pmed      pmed1-40 as p-medians: all proved, 5 s in all
center    pmed1-40 as p-centers: all proved, 20 s in all
peers     pmed15, 20, 25, 30 against spopt and HiGHS in the same run
misled    what spopt says of pmed35 and pmed40 when its time is up
sweden    sw24978 with 100, 250 and 1000 sites in 120 s each
large     100,000 x 5,000 in 45 s, the same with 25 quotas, and 600,000 x 2,000 in 120 s
warm      one more rule on a solved 50,000 x 2,000 problem in 3 s
cover     San Francisco and Kings, 50 to 100 sites, 60 s each
ufl       cap* and Kcapmo*, without limit
capacity  pmedcap 1-10: all proved, 60 s in all
scaling   seconds to a gap of 0.1 % against demand and against sites; scaling.py draws them
========= =========================================================================================
"""

import argparse
import json
import resource
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path

import numpy as np

from knutpunkt.engines.location.answering import answered
from knutpunkt.engines.location.costs import PlaceCosts
from knutpunkt.engines.location.instances import published_in
from knutpunkt.engines.location.meter import Now
from knutpunkt.engines.location.published import solved
from knutpunkt.engines.location.question import Question, Rule
from knutpunkt.engines.location.ready import kernels_ready

PEER_ROUNDS = 5
#: Seconds after which an instance gets no further round by the peer.
PEER_PATIENCE = 150.0


@dataclass(frozen=True)
class Row:
    """One problem, what became of it, and what is demanded."""

    work: str
    p: int | None
    objective: float | None
    gap_percent: float | None
    seconds: float
    status: str
    known: float | None = None
    demanded: str = ""
    met: bool | None = None
    clients: int | None = None
    processor_seconds: float | None = None


def main() -> int:
    """Run what is asked for and print it."""
    asked = arguments()
    if asked.data is None:
        print("No instances were given: use --data FOLDER; its parts are named in --help.")
        return 0
    kernels_ready()
    chosen = asked.only.split(",") if asked.only else [*PARTS]
    unknown = sorted(set(chosen) - {*PARTS, *PEERS})
    if unknown:
        print(f"There is no part {unknown[0]}; there are {', '.join([*PARTS, *PEERS])}.")
        return 2
    rows = []
    for part in [*chosen, *(PEERS if asked.peers else [])]:
        for row in (PARTS | PEERS)[part](asked.data):
            rows.append(row)
            if not asked.json:
                print(line(row), flush=True)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    if asked.json:
        print(json.dumps({"rows": [asdict(row) for row in rows], "memory_gb": memory}, indent=1))
    else:
        print(f"Most memory held: {memory:.2f} GB.")
    return 0


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path)
    parser.add_argument("--only", default="")
    parser.add_argument("--peers", action="store_true", help="also peers and misled, with spopt")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


def line(row: Row) -> str:
    """One row for people."""
    gap = "" if row.gap_percent is None else f"{row.gap_percent:.4f} %"
    objective = "" if row.objective is None else f"{row.objective:,.0f}"
    met = {True: "met", False: "MISSED", None: ""}[row.met]
    known = "" if row.known is None else f"known {row.known:,.0f}"
    return (
        f"{row.work:<34}{row.p or '':>6}{objective:>16} {gap:>10} {row.status:>9}"
        f" {row.seconds:8.2f} s  {known:<18}{row.demanded} {met}"
    )


# --- OR-Library -----------------------------------------------------------------------------------


def pmed(data: Path) -> Iterator[Row]:
    """The forty p-medians."""
    yield from _forty(data, "p-median", "pmedopt.txt", 5.0)


def center(data: Path) -> Iterator[Row]:
    """The same as p-centers."""
    yield from _forty(data, "p-center", "kcenteropt.txt", 20.0)


def _forty(data: Path, model: str, answers: str, most: float) -> Iterator[Row]:
    known = _answers(data / "pmed" / answers)
    total, right = 0.0, 0
    for number in range(1, 41):
        (one,) = published_in(data / "pmed" / f"pmed{number}.txt")
        row = solved(one, model, time_limit=120)
        good = row.status == "proved" and row.objective == known[one.name]
        total, right = total + row.seconds, right + good
        yield Row(f"{one.name} {model}", row.p, row.objective, 100 * (row.gap or 0.0), row.seconds,
                  row.status, known[one.name])  # fmt: skip
    demand = f"40 proved in {most:g} s"
    yield Row(f"pmed1-40 {model}, {right} right", None, None, None, total, "", None, demand,
              right == 40 and total <= most)  # fmt: skip


def _answers(file: Path) -> dict[str, float]:
    lines = [text.split() for text in file.read_text().splitlines()]
    return {words[0]: float(words[-1]) for words in lines if words and words[0].startswith("pmed")}


def ufl(data: Path) -> Iterator[Row]:
    """Facility location without capacities."""
    known: dict[str, float] = {}
    for text in (data / "ufl" / "optimal.txt").read_text(errors="replace").splitlines():
        words = text.split()
        if len(words) == 2:
            known[words[0].lower()] = float(words[1])
    for file in sorted((data / "ufl").glob("*cap*.txt")):
        row = solved(published_in(file)[0], "ufl", time_limit=60)
        best = known.get(file.stem.lower())
        right = row.status == "proved" and best is not None and abs(row.objective - best) < 0.01
        yield Row(f"{file.stem} ufl", None, row.objective, 100 * (row.gap or 0.0), row.seconds,
                  row.status, best, "proved", right)  # fmt: skip


def capacity(data: Path) -> Iterator[Row]:
    """The ten capacitated p-medians."""
    total, right = 0.0, 0
    for number in range(1, 11):
        file = data / "pmedcap" / f"pmedcap1-{number}.txt"
        best = float(file.read_text().split()[1])
        row = solved(published_in(file)[0], "cpmp", time_limit=60)
        total, right = total + row.seconds, right + (row.status == "proved")
        yield Row(f"pmedcap {number}", row.p, row.objective, 100 * (row.gap or 0.0), row.seconds,
                  row.status, best)  # fmt: skip
    yield Row(f"pmedcap 1-10, {right} proved", None, None, None, total, "", None,
              "10 proved in 60 s", right == 10 and total <= 60)  # fmt: skip


# --- Sweden, and made-up places around it ---------------------------------------------------------


def sweden(data: Path) -> Iterator[Row]:
    """The places of Sweden as clients and sites."""
    (one,) = published_in(data / "tsplib" / "sw24978.tsp")
    best = {100: 6_660_424, 250: 4_034_554, 1000: 1_841_723}
    for p, most in ((100, 0.048), (250, 0.020), (1000, 0.015)):
        row = solved(one, "p-median", p=p, time_limit=118)
        gap = 100 * (row.gap or 0.0)
        yield Row("sw24978", p, row.objective, gap, row.seconds, row.status, best[p],
                  f"{most} % in 120 s", gap <= most and row.seconds <= 120)  # fmt: skip


def strewn(data: Path, clients: int, sites: int, p: int, *, quotas: int = 0) -> Question:
    """Demand around the places of Sweden, some of which are sites; seeded."""
    draw = np.random.default_rng(2021)
    (one,) = published_in(data / "tsplib" / "sw24978.tsp")
    places = one.costs.described()["clients"]
    around = places[draw.integers(0, len(places), clients)] + draw.normal(0, 60, (clients, 2))
    offered = places[draw.choice(len(places), sites, replace=False)]
    weight = np.ceil(10 * (draw.pareto(1.5, clients) + 1))
    strips = np.array_split(np.argsort(offered[:, 0]), quotas) if quotas else []
    share = p // max(quotas, 1)
    rules = tuple(
        Rule(f"strip {number}", strip, max(0, share - 2), share + 2)
        for number, strip in enumerate(strips)
    )
    return Question(PlaceCosts(around, offered), weight, p, p, rules=rules)


class Reached:
    """When a search first came to a gap."""

    def __init__(self, gap: float) -> None:
        self.gap, self.seconds = gap, None

    def __call__(self, now: Now) -> None:
        """Look at where the search stands."""
        known = now.objective and now.bound is not None
        if known and (now.objective - now.bound) / now.objective <= self.gap:
            self.seconds = self.seconds or now.seconds

    def done(self) -> bool:
        """Whether it was reached."""
        return self.seconds is not None


def large(data: Path) -> Iterator[Row]:
    """Problems of the size of a country."""
    free = _timed(data, "100,000 x 5,000", (100_000, 5_000, 150), 0.05, 45)
    yield free
    bound = _timed(data, "the same with 25 quotas", (100_000, 5_000, 150, 25), 0.05, 90)
    ratio = bound.seconds / free.seconds
    yield Row(bound.work, bound.p, bound.objective, bound.gap_percent, bound.seconds,
              bound.status, None, f"1.3 x the time without: {ratio:.2f} x", ratio <= 1.3
              and bound.met)  # fmt: skip
    yield _timed(data, "600,000 x 2,000", (600_000, 2_000, 150), 0.1, 120)


def _timed(data: Path, work: str, size: tuple[int, ...], gap: float, limit: float) -> Row:
    clients, sites, p, *quotas = size
    question = strewn(data, clients, sites, p, quotas=quotas[0] if quotas else 0)
    reached, before = Reached(gap / 100), time.process_time()
    answer = answered(question, time_limit=limit, progress=reached, cancel=reached.done)
    busy = time.process_time() - before
    found = 100 * (answer.gap or 0.0)
    met = found <= gap * 1.0001 and answer.seconds <= limit
    return Row(work, p, answer.objective, found, answer.seconds, answer.status, None,
               f"{gap} % in {limit:g} s", met, clients, busy)  # fmt: skip


def warm(data: Path) -> Iterator[Row]:
    """One more rule on a solved problem."""
    question = strewn(data, 50_000, 2_000, 150)
    first = Reached(0.0003)
    answer = answered(question, time_limit=60, progress=first, cancel=first.done)
    offered = question.costs.described()["sites"]
    north = Rule("north", np.flatnonzero(offered[:, 0] > np.quantile(offered[:, 0], 0.9)), 12)
    inside = int(np.isin(answer.sites, north.sites).sum())
    north = Rule("north", north.sites, inside + 2)
    more = Question(question.costs, question.weight, 150, 150, rules=(north,))
    reached = Reached(0.0005)
    again = answered(more, time_limit=30, start=answer.sites.tolist(),
                     paid=answer.proof.steps[0].paid, progress=reached,
                     cancel=reached.done)  # fmt: skip
    gap = 100 * (again.gap or 0.0)
    yield Row("50,000 x 2,000", 150, answer.objective, 100 * (answer.gap or 0.0), answer.seconds,
              answer.status)  # fmt: skip
    yield Row("one more rule on it", 150, again.objective, gap, again.seconds, again.status, None,
              "0.05 % in 3 s", gap <= 0.05 and again.seconds <= 3)  # fmt: skip


def cover(data: Path) -> Iterator[Row]:
    """Cities in which as many people as possible are to be near."""
    for city, radius in (("SanFrancisco", 600), ("Kings", 800)):
        (one,) = published_in(data / "mclp" / f"{city}.txt")
        for p in (50, 60, 70, 80, 90, 100):
            text = (data / "mclp" / f"{city}_{p}_{radius}.txt").read_text()
            best = float(text.split()[1])
            row = solved(one, "max-cover", p=p, radius=radius, time_limit=59)
            gap = 100 * (row.gap or 0.0)
            right = row.objective >= best and gap <= 0.1 and row.seconds <= 60
            yield Row(f"{city} covered", p, row.objective, gap, row.seconds, row.status, best,
                      "best known, 0.1 % in 60 s", right)  # fmt: skip


def scaling(data: Path) -> Iterator[Row]:
    """Seconds to a gap of 0.1 % against demand, and against sites to open."""
    for clients in (10_000, 30_000, 100_000, 300_000, 600_000):
        yield _timed(data, f"demand {clients:,} x 2,000", (clients, 2_000, 150), 0.1, 240)
    for p in (10, 30, 100, 300, 1000):
        yield _timed(data, f"50,000 x 5,000, p = {p}", (50_000, 5_000, p), 0.1, 240)


# --- a peer ---------------------------------------------------------------------------------------


def peers(data: Path) -> Iterator[Row]:
    """The same p-medians by spopt with HiGHS, median of some rounds, and where it misleads."""
    known = _answers(data / "pmed" / "pmedopt.txt")
    yield Row(_versions(), None, None, None, 0.0, "")
    for number in (15, 20, 25, 30):
        (one,) = published_in(data / "pmed" / f"pmed{number}.txt")
        costs = one.costs.of(np.arange(one.costs.sites))
        own: list[float] = []
        other: list[float] = []
        while len(other) < PEER_ROUNDS and sum(other) < PEER_PATIENCE:
            own.append(solved(one, "p-median").seconds)
            seconds, said, objective = _spopt(costs, one.p, 300)
            other.append(seconds)
        here, there = statistics.median(own), statistics.median(other)
        yield Row(f"{one.name} here", one.p, known[one.name], 0.0, here, "proved", known[one.name])
        yield Row(f"{one.name} spopt, median of {len(other)}", one.p, objective, None, there, said,
                  known[one.name], f"200 x: {there / here:.0f} x", there >= 200 * here)  # fmt: skip


def misled(data: Path) -> Iterator[Row]:
    """What spopt says of a plan when time is up, beside the optimum."""
    known = _answers(data / "pmed" / "pmedopt.txt")
    for number in (40, 35):
        (one,) = published_in(data / "pmed" / f"pmed{number}.txt")
        best = known[one.name]
        row = solved(one, "p-median", time_limit=60)
        yield Row(f"{one.name} here", one.p, row.objective, 100 * (row.gap or 0.0), row.seconds,
                  row.status, best)  # fmt: skip
        costs = one.costs.of(np.arange(one.costs.sites))
        seconds, said, found = _spopt(costs, one.p, 120)
        above = "no plan" if found is None else f"{100 * (found / best - 1):.0f} % above"
        yield Row(f"{one.name} spopt, limit 120 s", one.p, found, None, seconds, said, best,
                  f"the optimum: {above}", found == best)  # fmt: skip


def _versions() -> str:
    names = ("spopt", "pulp", "highspy", "numba", "numpy")
    return ", ".join(f"{name} {version(name)}" for name in names)


def _spopt(costs: np.ndarray, p: int, limit: float) -> tuple[float, str, float | None]:
    """Seconds to build and to solve the model, what its status is called, and its objective."""
    import pulp
    from spopt.locate import PMedian

    begun = time.perf_counter()
    model = PMedian.from_cost_matrix(costs, np.ones(len(costs)), p_facilities=p)
    try:
        model = model.solve(pulp.HiGHS(msg=False, timeLimit=limit))
    except RuntimeError:  # it found no plan; every other end it takes for a good one
        return time.perf_counter() - begun, pulp.LpStatus[model.problem.status], None
    said = pulp.LpStatus[model.problem.status]
    return time.perf_counter() - begun, said, float(pulp.value(model.problem.objective))


PARTS: dict[str, Callable[[Path], Iterator[Row]]] = {
    "pmed": pmed, "center": center, "ufl": ufl, "capacity": capacity, "sweden": sweden,
    "large": large, "warm": warm, "cover": cover, "scaling": scaling,
}  # fmt: skip
#: Run with ``--peers``, or by name: spopt has to be installed.
PEERS: dict[str, Callable[[Path], Iterator[Row]]] = {"peers": peers, "misled": misled}

if __name__ == "__main__":
    sys.exit(main())
