"""Sentences about an answer that depend on its objective, its budget, and whom it cannot reach."""

from __future__ import annotations

from django.utils.translation import gettext as _

from knutpunkt.planning.models import StudyAnswer, StudyPrices
from knutpunkt.planning.pages import Figure, Kept, Reader
from knutpunkt.planning.studies.objectives import (
    HOUR,
    OBJECTIVES,
    WITHIN,
    is_travel,
    price_unit_of,
    unit_of,
    words_of,
)
from knutpunkt.planning.studies.question import Question
from knutpunkt.planning.studies.wording import years_told


def proof_sentence(answer: StudyAnswer, question: Question, reader: Reader) -> str:
    """Say how sure an answer with a plan is, and of what."""
    assert answer.objective is not None
    assert answer.gap is not None
    objective = OBJECTIVES[question.objective]
    words = words_of(question, reader) | {
        "value": reader.number(answer.objective / objective.price_divisor,
                               objective.price_decimals),
        "gap": reader.number(100 * answer.gap, 2),
        "seconds": reader.number(answer.seconds, 1),
    }  # fmt: skip
    sure = _(objective.proved if answer.status == "proved" else objective.gap) % words
    if question.rounds:
        return " ".join((sure, _("Travel is averaged over the rounds.")))
    then = answer.effects.get("then_gap")
    if then is None:
        return sure
    if then == 0:
        return " ".join((sure, _("Of such plans none has less travel in all.")))
    left = _("Of such plans another could save up to %(gap)s per cent of the travel.")
    return f"{sure} {left % {'gap': reader.number(100 * then, 2)}}"


def impossible_sentence(answer: StudyAnswer, rules: str, question: Question, reader: Reader) -> str:
    """Say why no plan is possible: rules that cannot hold together, or people nobody reaches."""
    lost = answer.effects.get("unreached")
    if not lost:
        return _("No plan is possible. These rules cannot hold together: %(rules)s") % {
            "rules": rules or _("the numbers and the places on record")
        }
    places = ", ".join(lost["places"])
    if lost["more"]:
        places = _("%(places)s and %(n)s more") % {"places": places, "n": lost["more"]}
    words = words_of(question, reader)
    words |= {"persons": reader.number(lost["persons"]), "places": places}
    return (
        _(
            "No plan is possible: %(persons)s residents cannot be kept within %(minutes)s minutes "
            "(%(places)s)."
        )
        % words
    )


def searching_sentence(question: Question, plan: float, bound: float, reader: Reader) -> str:
    """Say how far a search is."""
    decimals = OBJECTIVES[question.objective].decimals
    return _("Best plan so far: %(plan)s %(unit)s; none can be below %(bound)s.") % {
        "plan": reader.number(plan, decimals),
        "bound": reader.number(bound, decimals),
        "unit": unit_of(question, reader),
    }


def objective_figures(question: Question, summary: Kept, reader: Reader) -> tuple[Figure, ...]:
    """Write what the study makes best before and after, where no other figure says it."""
    if is_travel(question) or "objective_after" not in summary:
        return ()
    objective = OBJECTIVES[question.objective]
    unit = unit_of(question, reader)
    found = [
        Figure(unit[0].upper() + unit[1:],
               *(reader.number(summary[f"objective_{when}"], objective.decimals)
                 for when in ("before", "after")))
    ]  # fmt: skip
    if question.objective == WITHIN:
        shares = (1 - summary[f"objective_{when}"] / summary["persons"]
                  for when in ("before", "after"))  # fmt: skip
        label = _("Per cent within %(minutes)s minutes") % words_of(question, reader)
        found.append(Figure(label, *(reader.number(100 * share, 1) for share in shares)))
    return tuple(found)


def free_sentence(prices: StudyPrices | None, question: Question, reader: Reader) -> str:
    """Say what would be possible without any rule."""
    if prices is None or prices.free is None or prices.free["person_minutes"] is None:
        return ""
    free = prices.free
    words = {
        "mean": reader.number(free["mean"], 1),
        "hours": reader.number(free["person_minutes"] / HOUR),
        "instead": ", ".join(free["instead"]) or _("none"),
    }
    if is_travel(question):
        return (
            _(
                "Without any rule the mean would be %(mean)s minutes: %(hours)s person-hours less. "
                "Open then and not now: %(instead)s."
            )
            % words
        )
    objective = OBJECTIVES[question.objective]
    words |= {"price": reader.number(free["price"], objective.price_decimals),
              "unit": price_unit_of(question)}  # fmt: skip
    return (
        _(
            "Without any rule the plan would be better by %(price)s %(unit)s, and the mean "
            "%(mean)s minutes. Open then and not now: %(instead)s."
        )
        % words
    )


def order_sentence(effects: Kept, reader: Reader) -> str:
    """Say what the order costs; nothing where everything happens at once."""
    order = effects.get("order")
    if not order:
        return ""
    said = []
    if order["greedy"] is not None:
        said.append(
            _("If every round were the best by itself, the mean over the rounds would be %(mean)s.")
            % {"mean": reader.number(order["greedy"], 2)}
        )
    if order["end_alone"] is not None:
        sentence = (
            _("After the last round the mean is %(end)s; if it alone counted, %(alone)s.")
            if order["end_proved"]
            else _("After the last round the mean is %(end)s; if it alone counted, at most "
                   "%(alone)s.")
        )  # fmt: skip
        said.append(
            sentence % {"end": reader.number(order["end"], 2),
                        "alone": reader.number(order["end_alone"], 2)}
        )  # fmt: skip
    return " ".join(said)


def spending_sentence(effects: Kept, reader: Reader) -> str:
    """Say what the plan costs; nothing where nothing was said of money."""
    money = effects.get("spending")
    if not money:
        return ""
    words = {name: reader.number(money[name]) for name in ("once", "yearly", "saved", "total")}
    words["years"] = years_told(money["years"], reader)
    told = _(
        "It costs %(once)s once and %(yearly)s a year, and saves %(saved)s a year. Over %(years)s "
        "years that is %(total)s."
    )
    told = told % words
    if money["most"] is None:
        return told
    left = {"most": reader.number(money["most"]),
            "left": reader.number(money["most"] - money["total"])}  # fmt: skip
    return " ".join((told, _("Of the budget of %(most)s, %(left)s is left.") % left))
