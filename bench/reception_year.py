"""How long the figures of a year take: the recount of everything, and pages of an office and all.

    python bench/reception_year.py [--visits N] [--days N] [--events FILE] [--json]

Offices of the embedded network get a year of events: those of a file, or days made up here (a
seeded stream of tickets, calls, services, things added, parked, passed on, missed and taken back)
with as many visits as asked for. The file goes through ``knutpunkt reception import``, which
checks every event. Then everything is counted from the log alone, as the sheets of all months;
then figures are asked for as a page does, with nothing remembered first ("cold") and again: in
milliseconds of the processor. Memory is the most the process ever held.
"""

import argparse
import csv
import gzip
import json
import os
import random
import resource
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

YEAR = date(2025, 1, 1)
OFFICES = 148
NOW = "2026-02-16T11:00"
LIMITS = {"recount": 60.0, "page": 300.0, "memory": 1024.0}  # seconds, milliseconds, megabytes
ZONE = ZoneInfo("Europe/Stockholm")
LANGUAGES = ("sv",) * 14 + ("en", "ar", "so", "uk", "fa", "ti")
OUTCOMES = ("solved_here",) * 12 + (
    "solved_by_guided_self_service", "solved_by_guided_self_service", "next_errand_here",
    "referred_authority", "booked_follow_up", "beyond_service_level", "wrong_place",
    "missing_document",
)  # fmt: skip
LEVELS = ("full", "guidance", "self-service")
MINUTE = 60_000


def main() -> int:
    """Print a table or JSON; 1 when a limit is passed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--visits", type=int, default=250_000)
    parser.add_argument("--days", type=int, default=250)
    parser.add_argument("--events", type=Path)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        os.environ.update(
            KNUTPUNKT_HOME=home, KNUTPUNKT_NOW=NOW, DJANGO_SETTINGS_MODULE="knutpunkt.web.settings"
        )
        os.environ.pop("DATABASE_URL", None)
        found = measured(asked, Path(home))
    print(json.dumps(found) if asked.json else as_table(found))
    return int(
        found["recount_seconds"] > LIMITS["recount"]
        or found["memory_megabytes"] > LIMITS["memory"]
        or max(page["cold"] for page in found["pages"]) > LIMITS["page"]
    )


def as_table(found: dict[str, Any]) -> str:
    """Lines for people."""
    lines = [
        f"{name.replace('_', ' '):<28}{value:>14,.1f}"
        for name, value in found.items()
        if not isinstance(value, list)
    ]
    lines += ["", f"{'page':<28}{'cold ms':>10}{'again ms':>10}"]
    lines += [f"{page['page']:<28}{page['cold']:>10.0f}{page['again']:>10.0f}"
              for page in found["pages"]]  # fmt: skip
    return "\n".join(lines)


def measured(asked: argparse.Namespace, home: Path) -> dict[str, Any]:
    """Bring the year in, count it, and ask for figures."""
    keys = prepared()
    file = asked.events or home / "events.csv.gz"
    if asked.events is None:
        write_events(file, keys, visits=asked.visits, days=asked.days)
    from knutpunkt.core import clock
    from knutpunkt.reception.counting.gather import network_sheets_make
    from knutpunkt.reception.counting.importing import events_import
    from knutpunkt.reception.counting.sheets import sheets_make
    from knutpunkt.reception.simulating.places import office_made

    began = Moment()
    imported = events_import(file, make_office=office_made)
    bringing_in, import_memory = began.passed("import"), memory()
    began = Moment()
    sheets = sheets_make(at=clock.now(), again=True)
    recounting = began.passed("recount")
    began = Moment()
    network_sheets_make(at=clock.now())
    return {
        "offices": imported.offices,
        "visits": imported.visits,
        "errands": imported.errands,
        "events": imported.events,
        **bringing_in,
        "import_memory_megabytes": import_memory,
        "sheets": sheets,
        **recounting,
        **began.passed("laying_together"),
        "memory_megabytes": memory(),
        "database_megabytes": sum(f.stat().st_size for f in home.rglob("*.sqlite3*")) / 2**20,
        "pages": pages(busiest()),
    }


class Moment:
    """A moment from which time is measured: on the wall, and of the processor."""

    def __init__(self) -> None:
        self.wall, self.processor = time.perf_counter(), time.process_time()

    def passed(self, what: str) -> dict[str, float]:
        """Seconds passed since."""
        return {
            f"{what}_seconds": time.perf_counter() - self.wall,
            f"{what}_processor_seconds": time.process_time() - self.processor,
        }


def memory() -> float:
    """The most memory the process has held, in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def prepared() -> list[str]:
    """Make a database with the embedded network and made-up offices; keys of 148."""
    import django

    django.setup()
    from django.core.management import call_command

    from knutpunkt.network.models import Office
    from knutpunkt.planning.loading import embedded_network_load
    from knutpunkt.reception.simulating.places import office_made

    call_command("migrate", verbosity=0)
    embedded_network_load()
    known = list(Office.objects.order_by("key").values_list("key", flat=True)[:OFFICES])
    more = [office_made(f"simulated-{n:04d}").key for n in range(1, OFFICES - len(known) + 1)]
    return known + more


def busiest() -> str:
    """The office with the most events."""
    from knutpunkt.reception.models import OfficeSequence

    return str(OfficeSequence.objects.order_by("-last").values_list("office__key", flat=True)[0])


# --- pages ----------------------------------------------------------------------------------------


def pages(office: str) -> list[dict[str, Any]]:
    """Time what a dashboard asks for: a year of an office and of the network, by everything."""
    from knutpunkt.reception.selectors.figures import GROUPINGS

    last = YEAR.replace(month=12, day=31)
    year = [
        ("year", (YEAR, last)),
        ("month", (YEAR.replace(month=3), YEAR.replace(month=3, day=31))),
    ]
    return [
        timed(f"{who} {name}" + (f" by {by}" if by else ""), first_last, offices, by)
        for who, offices in (("office", [office]), ("network", None))
        for name, first_last in year
        for by in ("", *GROUPINGS)
        if name == "year" or by in ("", "office", "day")
    ]


def timed(
    page: str, period: tuple[date, date], offices: list[str] | None, by: str
) -> dict[str, Any]:
    """Milliseconds of the first answer, with nothing remembered, and of the next ones."""
    from knutpunkt.reception.counting import remembering
    from knutpunkt.reception.selectors.figures import figures

    remembering.forget()

    def answer() -> object:
        return figures(*period, offices=offices, group_by=by)

    cold = milliseconds(answer)
    again = statistics.median(milliseconds(answer) for _ in range(3))
    return {"page": page, "cold": cold, "again": again}


def milliseconds(work: Callable[[], object]) -> float:
    """How long the processor works on something; a busy machine does not stretch it."""
    began = time.process_time()
    work()
    return 1000 * (time.process_time() - began)


# --- days made up ---------------------------------------------------------------------------------


def write_events(file: Path, keys: list[str], *, visits: int, days: int) -> None:
    """Write a year of events of all offices, one office after the other."""
    from knutpunkt.network.models import Service
    from knutpunkt.reception.counting.event_file import COLUMNS, FORMAT, HEAD

    services = [f"{a}/{s}" for a, s in Service.objects.values_list("authority_id", "slug")]
    draw = random.Random(2025)  # noqa: S311  # a seeded stream, not a secret
    sizes = [draw.lognormvariate(0, 0.6) for _ in keys]
    with gzip.open(file, "wt", compresslevel=1, encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow([HEAD, FORMAT, "simulated"])
        writer.writerow(COLUMNS)
        for key, size in zip(keys, sizes, strict=True):
            a_day = visits * size / sum(sizes) / days
            writer.writerows(Office(key, draw, services).year(a_day, days))


class Office:
    """Made-up days of one office: a hump in the morning, two counters or more, a few surprises."""

    def __init__(self, key: str, draw: random.Random, services: list[str]) -> None:
        self.key, self.draw, self.services = key, draw, services
        self.seq = self.sessions = 0

    def year(self, a_day: float, days: int) -> Iterator[list[Any]]:
        """Rows of weekdays from January on."""
        day = YEAR
        for _ in range(days):
            while day.isoweekday() > 5:
                day += timedelta(days=1)
            yield from self.day(day, max(1, round(self.draw.gauss(a_day, a_day**0.5))))
            day += timedelta(days=1)

    def day(self, day: date, visits: int) -> Iterator[list[Any]]:
        """One day: what each visit does is drawn alone, then all is put in order of time."""
        opens = int(datetime(day.year, day.month, day.day, 10, tzinfo=ZONE).timestamp() * 1000)
        counters = max(2, visits // 25)
        free = [opens] * counters
        labels = [f"s{self.sessions + n}" for n in range(counters)]
        self.sessions += counters
        happened: list[tuple[int, list[Any]]] = [
            (opens - MINUTE, ["session-opened", {"session": label, "counter": str(n + 1)}])
            for n, label in enumerate(labels)
        ]
        arrivals = sorted(opens + int(self.draw.betavariate(2, 3) * 300 * MINUTE)
                          for _ in range(visits))  # fmt: skip
        for number, at in enumerate(arrivals, 1):
            desk = min(range(counters), key=free.__getitem__)
            ends, life = self.life(f"A{number}", at, free[desk], labels[desk])
            free[desk] = ends
            happened += life
        closing = max(*free, opens + 330 * MINUTE)
        happened += [(closing, ["session-closed", {"session": label}]) for label in labels]
        happened.append((closing, ["day-ended", {}]))
        yield from self.numbered(sorted(happened, key=lambda one: one[0]))

    def life(
        self, ticket: str, at: int, free: int, session: str
    ) -> tuple[int, list[tuple[int, list[Any]]]]:
        """What happens to one visit, and when its counter is free again."""
        draw = self.draw
        said = {
            "ticket": ticket, "service": draw.choice(self.services), "level": draw.choice(LEVELS),
            "language": draw.choice(LANGUAGES), "people": 1 + (draw.random() < 0.25),
        }  # fmt: skip
        life: list[tuple[int, list[Any]]] = [(at, ["issued", said | {"new": ticket}])]
        call = max(at + 5_000, free)
        act = {"errand": ticket, "session": session}
        if draw.random() < 0.03:
            life.append((call, ["left", {"errand": ticket}]))
            return free, life
        life.append((call, ["called", act]))
        begin = call + draw.randint(5, 90) * 1000
        if draw.random() < 0.04:
            life += [(begin, ["missed", act]), (call + 60 * MINUTE, ["swept", {"errand": ticket}])]
            return begin, life
        end = begin + int(draw.lognormvariate(2.0, 0.7) * MINUTE)
        life.append((begin, ["begun", act]))
        if draw.random() < 0.02:
            life += [(end, ["parked", act]), (end + 5 * MINUTE, ["resumed", act])]
            end += 6 * MINUTE
        life.append((end, ["finished", act | self.outcome()]))
        if draw.random() < 0.01:
            life += [
                (end + 1000, ["undone", act]),
                (end + 20_000, ["finished", act | self.outcome()]),
            ]
            end += 20_000
        if draw.random() < 0.15:
            life.append((end, ["added", self.one_more(ticket, session)]))
            end += 4 * MINUTE
            closing = {"errand": f"{ticket}+", "session": session} | self.outcome()
            life.append((end, ["finished", closing]))
        return end + 1000, life

    def one_more(self, ticket: str, session: str) -> dict[str, str]:
        """Another errand of the same visit, begun at once."""
        service, level = self.draw.choice(self.services), self.draw.choice(LEVELS)
        return {"new": f"{ticket}+", "of": ticket, "session": session, "service": service,
                "level": level, "state": "serving"}  # fmt: skip

    def outcome(self) -> dict[str, str]:
        """How an errand ends."""
        code = self.draw.choice(OUTCOMES)
        said = {"outcome": code}
        if code == "referred_authority":
            authority = self.draw.choice(self.services).partition("/")[0]
            said |= {"next_authority": authority, "next_channel": "phone"}
        if code == "beyond_service_level":
            said |= {"missing_level": "full"}
        return said

    def numbered(self, happened: list[tuple[int, list[Any]]]) -> Iterator[list[Any]]:
        """Rows with their numbers; errands get the number of the event that makes them."""
        from knutpunkt.reception.counting.event_file import COLUMNS

        numbers: dict[str, int] = {}
        for at, (kind, said) in happened:
            self.seq += 1
            row = {"office": self.key, "seq": self.seq, "kind": kind, "at": at, **said}
            if "new" in said:
                numbers[said["new"]] = self.seq
                row |= {"errand": self.seq, "visit": numbers[said.get("of", said["new"])]}
            elif "errand" in said:
                row["errand"] = numbers[said["errand"]]
            yield [row.get(name, "") for name in COLUMNS]


if __name__ == "__main__":
    raise SystemExit(main())
