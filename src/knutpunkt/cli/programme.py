"""Commands about opening offices: forecasts, how they would have fared, opening a programme."""

from __future__ import annotations

import getpass
from argparse import Namespace
from typing import Any

from knutpunkt.cli.printing import day_of, known_day, print_json, print_table
from knutpunkt.cli.ready import ready

PERCENT = "{:.0%}"


def forecast(chosen: Namespace) -> int:
    """Print when each office opens and how likely each clause is."""
    as_of = day_of(chosen.as_of)
    known_on = known_day(getattr(chosen, "known_on", ""))
    ready()
    from knutpunkt.programme.forecasting import advice as advise
    from knutpunkt.programme.forecasting import forecast as make

    asked: dict[str, Any] = {"programme": chosen.programme, "as_of": as_of, "known_on": known_on}
    made = make(chosen.mandate, **asked, runs=chosen.runs, seed=chosen.seed)
    wanted = getattr(chosen, "advice", False)
    advised = advise(chosen.mandate, **asked, seed=chosen.seed) if wanted else None
    if chosen.json:
        print_json({**made.as_dict(), "advice": advised.as_dict() if advised else None})
    else:
        _print(made)
        _print_advice(advised)
    return 0


def backtest(chosen: Namespace) -> int:
    """Print forecasts of 2021 and 2022 beside what was counted later."""
    ready()
    from knutpunkt.programme.forecasting import backtest as test

    found = test()
    if chosen.json:
        print_json(found.as_dict())
        return 0
    for then in found.forecasts:
        _print_then(then)
    print(found.sentence_en)
    for note in found.notes:
        print(note.sentence_en)
    return 0


def open_programme(chosen: Namespace) -> int:
    """Open a programme: a project for every slot a commission or a plan asks for."""
    ready()
    from knutpunkt.programme.services.opening import programme_open

    by = chosen.by or getpass.getuser()
    opened = programme_open(mandate=chosen.mandate, study=chosen.study, by=by)
    slots = list(opened.slots.select_related("wave"))
    if chosen.json:
        print_json({"key": opened.key, "slots": [slot.key for slot in slots]})
        return 0
    print(f"Opened programme “{opened.key}”: {opened.title_en}")
    print_table(
        ("slot", "round", "open no later than"),
        [(slot.name, slot.wave.number, slot.wave.window_to) for slot in slots],
    )
    return 0


def _print(made: Any) -> None:
    print(f"{made.title_en}: forecast as of {made.as_of}, {made.runs} runs, seed {made.seed}")
    print_table(
        ("slot", "round", "state", "P10", "P50", "P80", "P90", "on time", "never"),
        [
            (s.name, s.wave, s.state, *_days(s), PERCENT.format(s.on_time), f"{s.never:.1%}")
            for s in made.slots
        ],
    )
    print()
    print_table(
        ("clause", "now", "probability", "word", "what it says"),
        [
            (c.key, c.verdict_now, _share(c.probability), c.word, c.sentence_en)
            for c in made.clauses
        ],
    )
    if made.all_clauses is not None:
        print(f"All clauses that can be counted, together: {made.all_clauses:.1%}.")
    if made.record is not None:
        print(made.record.sentence_en)
    print()
    for note in made.notes:
        print(note.sentence_en)
    print(f"{made.engine}, inputs {made.inputs_hash[:12]}.")


def _days(slot: Any) -> tuple[Any, ...]:
    days = (slot.p10, slot.p50, slot.p80, slot.p90)
    return tuple("not within 10 years" if day is None else day for day in days)


def _share(probability: float | None) -> str:
    return "not known" if probability is None else f"{probability:.1%}"


def _print_advice(advised: Any) -> None:
    if advised is None:
        return
    print()
    print(f"Clause {advised.clause}: {advised.probability:.1%}, slack {advised.slack}.")
    if advised.binds:
        print(f"What binds: {', '.join(advised.binds)}.")
    for kept in advised.keeping:
        first = min(kept.dates, key=lambda one: one.day)
        if kept.reached >= kept.target:
            print(f"{kept.target:.0%} if all pass {first.name_en} by their day, {first.day} first.")
        else:
            print(
                f"{first.name_en}: no day reaches {kept.target:.0%} ({kept.reached:.0%} at most)."
            )
    for one in advised.insurances:
        print(
            f"{one.name_en}: {one.clause_gain:+.1%} (± {one.clause_error:.1%}) for the clause, "
            f"{one.all_gain:+.1%} for all."
        )


def _print_then(then: Any) -> None:
    print(
        f"Forecast as of {then.as_of}: {then.known_least} offices known, {then.under_way} under way"
    )
    print_table(
        ("day", "published", "P10", "P50", "P90", "inside", "a month earlier", "the plan"),
        [
            (t.day, t.published, t.p10, t.p50, t.p90, _yes(inside=t.inside), _earlier(t), _plan(t))
            for t in then.targets
        ],
    )
    print_table(
        ("commission", "clause", "probability then", "verdict now", "Brier"),
        [
            (c.mandate, c.key, _share(c.probability), c.verdict, _loss(c.brier))
            for c in then.clauses
        ],
    )
    print()


def _yes(*, inside: bool) -> str:
    return "yes" if inside else "no"


def _earlier(target: Any) -> str:
    p10, p50, p90 = target.month_earlier
    return f"{p10}, {p50}, {p90}: {_yes(inside=target.inside_month_earlier)}"


def _plan(target: Any) -> str:
    said = f"{target.plan_least} to {target.plan_most}"
    if target.plan_says is None:
        return said
    return f"{said}; {target.plan_says} on {target.plan_says_on}"


def _loss(loss: float | None) -> str:
    return "" if loss is None else f"{loss:.2f}"
