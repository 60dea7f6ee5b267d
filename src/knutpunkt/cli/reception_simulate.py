"""Realistic days at many offices: played over HTTP, or written as an event file."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from knutpunkt.cli.printing import day_of, print_json, print_table
from knutpunkt.cli.ready import ready
from knutpunkt.core import clock

if TYPE_CHECKING:
    from knutpunkt.reception.counting.figure import Figure
    from knutpunkt.reception.simulating.asked import Asked
    from knutpunkt.reception.simulating.mixes import Service
    from knutpunkt.reception.simulating.playing import Played

DURATIONS = ("waited_median", "waited_p80", "served_median")
FACTS = ("visits", "errands", "people", "left_before_call", "no_show", *DURATIONS)
TOLD_EVERY = 5.0
ROWS_SHOWN = 40


def simulate(chosen: Namespace) -> int:
    """Play days over HTTP, or write them to a file."""
    if chosen.events:
        ready()
        return _write(chosen)
    if chosen.url:
        return _play_elsewhere(chosen)
    with _home(chosen.home) as home:
        return _play_here(chosen, home)


# --- an event file ------------------------------------------------------------------------------


def _write(chosen: Namespace) -> int:
    from knutpunkt.reception.simulating import event_file, places
    from knutpunkt.reception.simulating.asked import planned

    asked = _asked(chosen)
    offices = places.offices_for(asked.offices, asked.first_day)
    spans = places.opening_spans(offices, asked.working_days)
    began, visits, events = time.monotonic(), 0, 0
    with event_file.opened(Path(chosen.events)) as out, _progress() as told:
        for number, office in enumerate(offices, 1):
            rows = event_file.OfficeRows(office)
            services = places.services_of(office, asked.first_day)
            for day, plan in planned(asked, office, services, spans):
                out.writelines(rows.day(plan, asked.seed, day.isoformat()))
            visits, events = visits + rows.visits, events + rows.seq
            told(f"simulated {number} of {len(offices)} offices, {events} events")
    seconds = round(time.monotonic() - began, 1)
    facts = {
        "simulated": True, "file": chosen.events, "seed": asked.seed, "offices": len(offices),
        "days": asked.days, "visits": visits, "events": events, "seconds": seconds,
    }  # fmt: skip
    if chosen.json:
        print_json(facts)
    else:
        print(
            f"{visits} simulated visits, {events} events at {len(offices)} offices on "
            f"{asked.days} days stand in {chosen.events} ({seconds} s)."
        )
    return 0


# --- played over HTTP ---------------------------------------------------------------------------


def _play_here(chosen: Namespace, home: Path) -> int:
    os.environ["KNUTPUNKT_SIMULATION"] = "1"
    os.environ["KNUTPUNKT_HOME"] = str(home)
    if not chosen.home:
        os.environ.pop("DATABASE_URL", None)
    ready()
    from knutpunkt.reception.simulating import places
    from knutpunkt.reception.simulating.own_server import own_server

    asked = _asked(chosen)
    offices = places.offices_for(asked.offices, asked.first_day)
    spans = places.opening_spans(offices, asked.working_days)
    with own_server(home, offices) as server:
        played = [
            _played(
                asked, server.tokens, office, places.services_of(office, asked.first_day), spans
            )
            for office in offices
        ]
        seconds = _play(server.url, played)
    return _tell(chosen, asked, played, seconds, _counted(asked, offices))


def _play_elsewhere(chosen: Namespace) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "knutpunkt.web.settings")
    import django

    django.setup()
    from knutpunkt.reception.simulating.asked import tokens_of
    from knutpunkt.reception.simulating.places import usual_span

    asked = _asked(chosen)
    tokens = tokens_of(Path(chosen.token_file), asked.offices)
    spans = {(key, day): usual_span(day) for key in tokens for day in asked.working_days}
    played = [
        _played(asked, tokens, key, _services(chosen.url, key, token), spans)
        for key, token in tokens.items()
    ]
    seconds = _play(chosen.url, played)
    return _tell(chosen, asked, played, seconds, {})


def _services(url: str, office: str, token: str) -> list[Service]:
    """What an office offers, as its server says."""
    from knutpunkt.reception.simulating.mixes import Service
    from knutpunkt.reception.simulating.wire import Refused, Speaker

    speaker = Speaker(url)
    menu = speaker.ask("GET", f"{office}/menu", token)
    speaker.close()
    offered = [] if isinstance(menu, Refused) else menu["services"]
    return [Service(one["authority"], one["service"], one["level"]) for one in offered]


def _played(asked: Asked, tokens: dict[str, str], office: str, services: Any, spans: Any) -> Played:
    from knutpunkt.reception.simulating.acting import OfficePlayed
    from knutpunkt.reception.simulating.asked import courses
    from knutpunkt.reception.simulating.playing import Played

    return Played(OfficePlayed(office, tokens[office]), courses(asked, office, services, spans))


def _play(url: str, played: list[Played]) -> float:
    from knutpunkt.reception.simulating.marked import refuse_real_receptions
    from knutpunkt.reception.simulating.playing import play

    refuse_real_receptions(url, {one.office.office: one.office.token for one in played})
    began = time.monotonic()
    with _progress() as told:

        def tell(done: int, at: int) -> None:
            moment = datetime.fromtimestamp(at / 1000, UTC).astimezone(clock.NETWORK_ZONE)
            told(f"simulated {moment:%Y-%m-%d %H:%M}, {done} actions")

        play(url, played, progress=tell)
    return time.monotonic() - began


# --- what is told -------------------------------------------------------------------------------


def _counted(asked: Asked, offices: tuple[str, ...]) -> dict[str, dict[str, Any]]:
    """Figures of each office from the event log, by its key; the whole under the empty key."""
    from knutpunkt.reception.selectors.figures import figures

    days = asked.working_days
    found = figures(days[0], days[-1], offices=offices, group_by="office")
    groups = {"": found.total} | {one.key: one for one in found.groups}
    return {
        key: {name: _value(group.figures[name]) for name in FACTS} for key, group in groups.items()
    }


def _value(figure: Figure) -> float | None:
    """A number of things as it is, a duration in minutes."""
    return figure.minutes if figure.key in DURATIONS else figure.value


def _tell(
    chosen: Namespace, asked: Asked, played: list[Played], seconds: float, counted: dict[str, Any]
) -> int:
    offices = [_office_facts(one, counted) for one in played]
    total = _summed(offices) | counted.get("", {})
    facts = {"simulated": True, "seed": asked.seed, "first_day": asked.first_day,
             "days": asked.days, "total": total, "seconds": round(seconds, 1),
             "offices": offices}  # fmt: skip
    if chosen.json:
        print_json(facts)
        return 0
    print(f"Simulated days from {asked.first_day} on; nobody was there. Seed {asked.seed}.")
    columns = ("visits", "errands", "people", *(name for name in FACTS[3:] if name in total))
    rows = [[one["office"], *(_shown(one.get(name)) for name in columns)] for one in offices]
    rows = [*rows[:ROWS_SHOWN], ["all (simulated)", *(_shown(total.get(c)) for c in columns)]]
    print_table(("simulated office", *(_heading(name) for name in columns)), rows)
    if len(offices) > ROWS_SHOWN:
        print(f"{len(offices) - ROWS_SHOWN} more offices: --json tells all of them.")
    print(f"{total['actions']} actions in {seconds:.0f} s, {total['refused']} refused.")
    return 0


def _office_facts(one: Played, counted: dict[str, Any]) -> dict[str, Any]:
    told = [{k: v for k, v in day.items() if isinstance(v, int)} for day in one.office.reports]
    summed: dict[str, Any] = {
        name: sum(day.get(name, 0) for day in told) for name in ("visits", "errands", "people")
    }
    own = counted.get(one.office.office, {})
    acted = {"actions": one.office.asked, "refused": one.office.refused}
    return {"office": one.office.office, **summed, **own, **acted, "by_day": one.office.reports}


def _summed(offices: list[dict[str, Any]]) -> dict[str, Any]:
    names = ("visits", "errands", "people", "actions", "refused")
    return {name: sum(one[name] for one in offices) for name in names}


def _heading(name: str) -> str:
    return name.replace("_", " ") + (", min" if name in DURATIONS else "")


def _shown(value: Any) -> Any:
    return round(value, 1) if isinstance(value, float) else value


# --- around it ----------------------------------------------------------------------------------


def _asked(chosen: Namespace) -> Asked:
    from knutpunkt.reception.simulating.asked import Asked

    first = day_of(chosen.first_day, otherwise=_next_monday())
    return Asked(chosen.offices, chosen.days, chosen.seed, chosen.visits_per_day, first)


def _next_monday() -> date:
    today = clock.today()
    return today + timedelta(days=7 - today.weekday())


@contextmanager
def _home(given: str) -> Iterator[Path]:
    """The folder given, or one that is gone afterwards."""
    if given:
        Path(given).mkdir(parents=True, exist_ok=True)
        yield Path(given)
        return
    with tempfile.TemporaryDirectory(prefix="knutpunkt-simulated-") as folder:
        yield Path(folder)


@contextmanager
def _progress() -> Iterator[Any]:
    """Tell on stderr how far it is: over and over on one line of a terminal, else now and then."""
    terminal, last = sys.stderr.isatty(), time.monotonic()

    def told(sentence: str) -> None:
        nonlocal last
        if terminal:
            print(f"\r{sentence:<78}", end="", file=sys.stderr, flush=True)
        elif time.monotonic() - last > TOLD_EVERY:
            last = time.monotonic()
            print(sentence, file=sys.stderr, flush=True)

    yield told
    if terminal:
        print(file=sys.stderr)
