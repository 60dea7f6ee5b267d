"""A version of a study as its page shows it: every number written out in the reader's language."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from knutpunkt.core.models import Run, RunState
from knutpunkt.planning.drawing import Drawing
from knutpunkt.planning.models import StudyAnswer, StudyPrices, StudyVersion
from knutpunkt.planning.pages import Figure, Kept, Reader
from knutpunkt.planning.progress import is_silent
from knutpunkt.planning.studies import selectors
from knutpunkt.planning.studies.charts import Bar, Chart, bars_of, course_chart, course_rows
from knutpunkt.planning.studies.mapping import SketchPage, maps_of, named, sketch_page
from knutpunkt.planning.studies.objectives import OBJECTIVES, unit_of
from knutpunkt.planning.studies.question import Question, question_of
from knutpunkt.planning.studies.sheets import Column, Sheet, spans_of
from knutpunkt.planning.studies.tables import Table, table_of
from knutpunkt.planning.studies.telling import (
    free_sentence,
    impossible_sentence,
    objective_figures,
    order_sentence,
    proof_sentence,
    searching_sentence,
    spending_sentence,
)
from knutpunkt.planning.studies.visits import tables_of
from knutpunkt.planning.studies.wording import Rules, question_lines, rule_sentence


@dataclass(frozen=True, slots=True)
class RuleLine:
    """A rule of the question."""

    key: str
    sentence: str
    reason: str
    written: bool


@dataclass(frozen=True, slots=True)
class AnswerPage:
    """An answer with a plan."""

    figures: tuple[Figure, ...]
    maps: tuple[Drawing, ...]
    bars: tuple[Bar, ...]
    tables: tuple[Table, ...]
    free: str
    priced: str
    consult: tuple[str, ...]
    further: str
    assumptions: tuple[str, ...]
    repeat: str
    sites: tuple[tuple[str, str], ...]
    unfinished: bool


@dataclass(frozen=True, slots=True)
class Course:
    """How plan and bound closed in on each other: a chart, its table, and the unit of both."""

    chart: Chart | None
    table: Table | None
    unit: str


@dataclass(frozen=True, slots=True)
class VersionPage:
    """Everything the page of a version shows."""

    asked: tuple[str, ...]
    rules: tuple[RuleLine, ...]
    status: str
    under_way: bool
    idle: bool
    sketch: SketchPage | None
    course: Course
    answer: AnswerPage | None


def version_page(
    version: StudyVersion,
    answer: StudyAnswer | None,
    prices: StudyPrices | None,
    run: Run | None,
    language: str,
) -> VersionPage:
    """Write out a version: two queries."""
    question = question_of(version.question)
    reader = Reader(language)
    rules = Rules(question, selectors.paraphrases_of(question.mandate, reader.language), language)
    title = selectors.mandate_title(question.mandate, reader.language)
    under_way = is_under_way(run)
    has_plan = answer is not None and answer.objective is not None
    return VersionPage(
        asked=tuple(question_lines(question, title, language)),
        rules=(
            *(RuleLine(r.key, rule_sentence(r, reader), r.reason, written=True)
              for r in question.rules),
            *(RuleLine(key, text, "", written=False) for key, text in rules.clauses.items()),
        ),
        status=status_sentence(answer, run, rules, reader),
        under_way=under_way,
        idle=not under_way and answer is None,
        sketch=sketch_page(_progress(run).get("map")) if under_way and answer is None else None,
        course=_course(
            answer.course if answer else _progress(run).get("course", []), question, reader
        ),
        answer=_answer(answer, prices, run, rules, reader) if answer and has_plan else None,
    )  # fmt: skip


def status_sentence(
    answer: StudyAnswer | None, run: Run | None, rules: Rules, reader: Reader
) -> str:
    """Say how sure the answer is, or how far the search."""
    question = rules.question
    if answer is None:
        return _searching(run, question, reader)
    if answer.status == "infeasible":
        named = " ".join(rules.sentence(key) for key in answer.effects.get("conflicts", ()))
        return impossible_sentence(answer, named, question, reader)
    if answer.status == "unknown":
        words = {"seconds": reader.number(answer.seconds, 1)}
        return _("Stopped after %(seconds)s s, before any plan was found.") % words
    found = proof_sentence(answer, question, reader)
    called_off = _("The search was called off; this is the best plan until then.")
    return f"{found} {called_off}" if answer.called_off else found


def _searching(run: Run | None, question: Question, reader: Reader) -> str:
    if run is None or run.state == RunState.CANCELLED:
        return _("Called off before there was an answer.")
    if run.state == RunState.FAILED:
        return _(run.problem)
    if run.state == RunState.QUEUED:
        return _("Waiting for the worker.")
    return _working(run, question, reader)


def _working(run: Run, question: Question, reader: Reader) -> str:
    if run.cancel_asked:
        return _("Being called off; the best plan so far is kept.")
    if is_silent(run):
        return _("The worker gives no sign of life; the run is taken up again soon.")
    course = _progress(run).get("course", [])
    if not course or course[-1][1] is None or course[-1][2] is None:
        return _("Gathering residents, places and rules.")
    return searching_sentence(question, course[-1][1], course[-1][2], reader)


def is_under_way(run: Run | None) -> bool:
    """Whether a run waits or works."""
    return run is not None and run.state in (RunState.QUEUED, RunState.RUNNING)


def _progress(run: Run | None) -> Kept:
    return run.progress if run else {}


def _course(points: list[list[float | None]], question: Question, reader: Reader) -> Course:
    rows, unit = course_rows(points), unit_of(question, reader)
    if not rows:
        return Course(None, None, unit)
    decimals = OBJECTIVES[question.objective].decimals
    sheet = Sheet(
        "course",
        _("The search, step by step"),
        "",
        (
            Column(_("Seconds"), 1), Column(_("Best plan, %(unit)s") % {"unit": unit}, decimals),
            Column(_("No plan can be below"), decimals),
        ),
        tuple(rows),
    )  # fmt: skip
    return Course(course_chart(points), table_of(sheet, reader), unit)


def _answer(
    answer: StudyAnswer,
    prices: StudyPrices | None,
    run: Run | None,
    rules: Rules,
    reader: Reader,
) -> AnswerPage:
    effects = answer.effects
    sheets = tables_of(answer, prices, rules)
    return AnswerPage(
        figures=figures_of(effects, reader, rules.question),
        maps=maps_of(effects),
        bars=_bars(effects),
        tables=tuple(table_of(sheet, reader) for sheet in sheets),
        free=free_sentence(prices, rules.question, reader),
        priced=_priced(prices, run),
        consult=_consult(effects),
        further=_further(effects, reader),
        assumptions=_assumptions(effects, reader),
        repeat=f"{answer.engine}, seed {answer.seed}, {answer.inputs_hash[:16]}",
        sites=tuple((site["key"], named(site))
                    for site in effects["sites"]),
        unfinished=prices is None or not prices.complete,
    )  # fmt: skip


def _bars(effects: Kept) -> tuple[Bar, ...]:
    """Draw the residents by minutes; the table that follows says the same."""
    rows = effects["distribution"]
    return bars_of(
        [
            (span, row["before"], row["after"])
            for span, row in zip(spans_of(rows), rows, strict=True)
        ]
    )


def figures_of(effects: Kept, reader: Reader, question: Question) -> tuple[Figure, ...]:
    """Write the headline figures before and after; what the study makes best stands first."""
    summary = effects["summary"]
    asked = (
        (_("Mean minutes to the nearest office"), "mean", 1),
        (_("Mean minutes of the worst-off twentieth"), "worst", 1),
        (_("Longest way, minutes"), "longest", 0),
    )
    found = [
        Figure(label, *(reader.number(summary[f"{key}_{when}"], decimals)
                        for when in ("before", "after")))
        for label, key, decimals in asked
    ]  # fmt: skip
    shares = [reader.number(100 * summary[f"within_{when}"], 1) for when in ("before", "after")]
    return (
        *objective_figures(question, summary, reader),
        *found,
        Figure(_("Per cent with an office within 30 minutes"), *shares),
    )


def _priced(prices: StudyPrices | None, run: Run | None) -> str:
    if prices is not None and prices.complete:
        return ""
    progress = _progress(run)
    if is_under_way(run):
        if progress.get("step") == "prices":
            return _("Working out what places and rules cost: %(done)d of %(of)d.") % {
                "done": progress["done"],
                "of": progress["of"],
            }
        return _("What places and rules cost is worked out next.")
    if prices is not None:
        return _("Called off before every place and rule was priced.")
    return _("What places and rules cost is not worked out.")


def _consult(effects: Kept) -> tuple[str, ...]:
    asked = effects["consultation"]
    if not asked["offices"]:
        return ()
    return (
        _("Municipalities: %(names)s.") % {"names": ", ".join(asked["municipalities"])},
        _("Regions and county boards: %(names)s.") % {"names": ", ".join(asked["counties"])},
    )


def _further(effects: Kept, reader: Reader) -> str:
    summary = effects["summary"]
    said = _("%(nearer)s residents get nearer, %(further)s travel further.") % {
        "nearer": reader.number(summary["nearer"]),
        "further": reader.number(summary["further"]),
    }
    if summary["out_of_reach"]:
        lost = _("%(persons)s residents have no place within the longest way; they are counted, "
                 "but nothing is asked for them.")  # fmt: skip
        said = f"{said} {lost % {'persons': reader.number(summary['out_of_reach'])}}"
    closed = [site for site in effects["sites"] if site["state"] == "closed"]
    savings = [site["saving"] for site in closed if site["saving"] is not None]
    if savings:
        said += " " + _("Saving: %(sum)s a year, given for %(n)s of %(of)s offices.") % {
            "sum": reader.number(sum(savings)),
            "n": len(savings),
            "of": len(closed),
        }
    more = (order_sentence(effects, reader), spending_sentence(effects, reader))
    return " ".join(filter(None, (said, *more)))


def _assumptions(effects: Kept, reader: Reader) -> tuple[str, ...]:
    people = effects["population"]
    return (
        reader.said(effects["existing"], "sentence"),
        reader.said(effects["travel"], "sentence"),
        _("%(persons)s residents (%(on)s) in %(points)s demand points. Source: %(source)s.")
        % {
            "persons": reader.number(people["persons"]),
            "on": ", ".join(people["on"]),
            "points": reader.number(people["points"]),
            "source": "; ".join(people["sources"]) or "–",
        },
        _("Premises, rents and staff are no part of it; the choice of a place remains political."),
    )
