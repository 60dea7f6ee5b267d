"""How long the page of the forecast takes to answer what-if, on the commission of 2021.

    python bench/what_if.py [--times N] [--json]

A programme of 28 slots is opened in a database of its own and a forecast stored, first in the
autumn of 2021, when most offices have just begun, then in the summer of 2022, when 25 are late and
nobody has reported on them, so that most of their runs are drawn again. Each kind of change is
asked for through the page, as a browser would: the first question after something was recorded has
to read, to estimate and to simulate both arms, those that follow find all but the changed arm done.
Printed are the first answer and the median of the others, in milliseconds; of these the time the
processor worked, for the whole page and for the simulation of the changed arm alone, which a busy
machine stretches less. The ratio divides the last by the time numpy takes, in the same run, to draw
as many bare beta-distributed numbers as the work of the offices asks for once.
"""

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import numpy as np

LIMIT = 300.0  # milliseconds, of an answer on the page
MOMENTS = ("2021-09-30T11:00", "2022-06-30T11:00")
OFFICES, ACTIVITIES = 28, 12
QUESTIONS = {
    "drop a slot": "change=drop&slot=tingsryd",
    "another municipality": "change=substitute&slot=tingsryd&municipality=1280",
    "delay a slot": "change=delay&slot=tingsryd&days=60",
    "delay a round": "change=delay-round&wave=2&days=60",
    "add a crew": "change=crew&crew=fit-out",
    "cut the budget": "change=budget&cut=20",
}


def main() -> int:
    """Print a table or JSON; 1 when an answer takes longer than the limit."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--times", type=int, default=7)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        os.environ.update(
            KNUTPUNKT_HOME=home,
            KNUTPUNKT_NOW=MOMENTS[0],
            DJANGO_SETTINGS_MODULE="knutpunkt.web.settings",
        )
        os.environ.pop("DATABASE_URL", None)
        rows = measured(asked.times)
    if asked.json:
        print(json.dumps(rows))
    else:
        print_table(rows)
    return int(max(row["page"] for row in rows) > LIMIT)


def print_table(rows: list[dict[str, Any]]) -> None:
    """Print a line for each day and question."""
    names = ("first", "page", "processor", "simulation")
    print(f"{'as of':<12}{'change':<22}" + "".join(f"{name:>12}" for name in names) + "   ratio")
    for row in rows:
        times = "".join(f"{row[name]:>12.0f}" for name in names)
        print(f"{row['as_of']:<12}{row['change']:<22}{times}{row['ratio']:>8.1f}")


def measured(times: int) -> list[dict[str, Any]]:
    """Ask every question as of each day and time it."""
    client = prepared()
    rows = []
    for moment in MOMENTS:
        os.environ["KNUTPUNKT_NOW"] = moment
        forecast_stored()
        rows += [asked(client, change, times) for change in QUESTIONS]
    return rows


def asked(client: Any, change: str, times: int) -> dict[str, Any]:
    """Ask one question over and over."""
    from knutpunkt.core import clock
    from knutpunkt.programme.forecasting.whatif import RUNS
    from knutpunkt.programme.models import Programme

    question, programme = QUESTIONS[change], Programme.objects.get(key="2021-05")
    forget()
    pages = [timed(partial(answered, client, question)) for _ in range(times + 1)]
    alone = [timed(partial(simulation, programme, question, RUNS)) for _ in range(times)]
    bare = min(timed(partial(bare_sampling, RUNS)).worked for _ in range(times))
    simulated = statistics.median(one.worked for one in alone)
    return {
        "as_of": str(clock.today()),
        "change": change,
        "runs": RUNS,
        "first": pages[0].waited,
        "page": statistics.median(page.waited for page in pages[1:]),
        "processor": statistics.median(page.worked for page in pages[1:]),
        "simulation": simulated,
        "ratio": simulated / bare,
    }


def prepared() -> Any:
    """Open the programme and sign somebody in."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.test import Client

    from knutpunkt.accounts.models import Role
    from knutpunkt.accounts.services import appoint, person_create
    from knutpunkt.planning.loading import embedded_network_load
    from knutpunkt.programme.services.opening import programme_open

    call_command("migrate", verbosity=0)
    embedded_network_load()
    programme_open(mandate="2021-05", by="a bench")
    person = person_create(username="bench", password="a long word for a bench", by=None)  # noqa: S106  # of a database that is thrown away
    appoint(person, Role.ADMINISTRATOR, by=person)
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def forecast_stored() -> None:
    """Forecast as of now, as the page asks for before it takes questions."""
    from knutpunkt.core import clock
    from knutpunkt.programme.forecasting import forecast, forecast_store

    forecast_store(forecast(programme="2021-05", as_of=clock.today()), by="a bench")


def forget() -> None:
    """Record something, so that the next question finds nothing prepared."""
    from knutpunkt.programme.models import Programme
    from knutpunkt.programme.services.money import cost_record

    programme = Programme.objects.get(key="2021-05")
    cost_record(programme=programme, year=2022, item="a", kind="plan", amount=1, by="a bench")


def answered(client: Any, question: str) -> None:
    """Ask through the page."""
    answer = client.get(f"/programme/2021-05/forecast/?{question}")
    assert answer.status_code == 200, answer.content[:500]
    assert b'id="answer"' in answer.content


def simulation(programme: Any, question: str, runs: int) -> None:
    """Ask without a page."""
    from django.http import QueryDict

    from knutpunkt.core import clock
    from knutpunkt.programme.forecasting import what_if
    from knutpunkt.programme.whatif_form import WhatIfForm

    form = WhatIfForm(QueryDict(question), programme=programme)
    assert form.is_valid(), form.errors
    what_if(programme=programme.key, as_of=clock.today(), changes=form.changes(), runs=runs)


def bare_sampling(runs: int) -> None:
    """Draw one number for each activity of each office in each run."""
    np.random.default_rng(1).beta(2.0, 4.0, size=(OFFICES * ACTIVITIES, runs))


class Time(NamedTuple):
    """Milliseconds that passed, and those that the processor worked on it."""

    waited: float
    worked: float


def timed(call: Callable[[], object]) -> Time:
    """Time a call."""
    began, worked = time.perf_counter(), time.process_time()
    call()
    return Time(1000 * (time.perf_counter() - began), 1000 * (time.process_time() - worked))


if __name__ == "__main__":
    sys.exit(main())
