"""Studies: a kept question of any kind, versions, and an answer that explains."""

import threading

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from knutpunkt.core import worker
from knutpunkt.core.models import Run, WrittenForGood
from knutpunkt.planning.errors import QuestionRefused, StudyUnknown
from knutpunkt.planning.models import Study, StudyAnswer, StudyVersion
from knutpunkt.planning.studies.answering import Course, study_answer
from knutpunkt.planning.studies.bounds import bounds_of
from knutpunkt.planning.studies.changes import Change
from knutpunkt.planning.studies.engine import solve
from knutpunkt.planning.studies.ground import ground_of
from knutpunkt.planning.studies.question import Question, question_of
from knutpunkt.planning.studies.rules import WrittenRule
from knutpunkt.planning.studies.services import study_change, study_create
from support.studies import BY, answered, fixed, keys, never, silent
from support.towns import DAY, STEP, question, towns

# --- the question ---------------------------------------------------------------------------------

RULES = st.one_of(
    st.builds(
        WrittenRule,
        kind=st.sampled_from(["must_open", "never_open", "keep", "must_close"]),
        at=st.text(min_size=1, max_size=10),
        reason=st.just("Because."),
    ),
    st.builds(
        WrittenRule,
        kind=st.just("quota"),
        scope=st.sampled_from(["municipality", "county", "area"]),
        codes=st.lists(st.text(min_size=1), min_size=1, max_size=3).map(tuple),
        counts=st.sampled_from(["new", "all"]),
        at_least=st.integers(0, 5),
    ),
    st.builds(WrittenRule, kind=st.just("max_minutes"), minutes=st.floats(1, 500)),
    st.just(WrittenRule(kind="never_leave")),
)


@given(
    st.integers(1, 9),
    st.integers(0, 9),
    st.lists(RULES, max_size=4),
    st.dictionaries(st.text(), st.floats(-1e6, 1e6), max_size=2),
)
def test_a_question_is_the_same_after_it_was_kept(opens, closes, rules, savings):
    asked = Question(on=DAY, open=opens, close=closes, rules=tuple(rules), savings=savings)
    assert question_of(asked.as_json()) == asked


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"open": -1},
        {"open": 1, "objective": "beauty"},
        {"open": 1, "seconds": 0},
        {"close": 1, "mandate": "2021-05"},
        {"close": 1, "savings": {"office-0": float("nan")}},
        {"open": 1, "rules": (fixed("must_open", "place-1", reason=" "),)},
        {"open": 1, "rules": (WrittenRule(kind="dance"),)},
        {"open": 1, "rules": (WrittenRule(kind="quota", codes=("T1",), at_least=2, at_most=1),)},
        {"open": 1, "rules": (WrittenRule(kind="max_minutes", minutes=0),)},
    ],
)
def test_a_question_that_makes_no_sense_is_refused_before_any_computing(wrong):
    with pytest.raises(QuestionRefused):
        question(**wrong)


@pytest.mark.parametrize(
    "kept", [{"on": "soon", "open": 1}, {"on": "2021-06-01", "open": 1, "colour": "red"}]
)
def test_a_kept_question_nobody_understands_is_refused(kept):
    with pytest.raises(QuestionRefused):
        question_of(kept)


# --- opening --------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_place_of_least_travel_opens():
    towns([10, 10, 10, 500, 10], offices=[0])
    answer = answered(question(open=1))
    assert (answer.status, answer.gap) == ("proved", 0)
    assert keys(answer, "opened") == {"place-3"}
    # One step for towns 1, 2 and 4, none for 3: known by counting along the row.
    assert answer.objective == pytest.approx(STEP * 30, rel=1e-3)
    (opened,) = (site for site in answer.effects["sites"] if site["state"] == "opened")
    assert opened["persons"] == 10 + 500 + 10
    assert opened["person_minutes"] == pytest.approx(STEP * (10 + 3 * 500 + 3 * 10), rel=1e-3)


@pytest.mark.django_db
def test_what_the_places_contribute_adds_up_to_what_is_saved():
    towns([10, 40, 10, 500, 10, 70, 90], offices=[0])
    answer = answered(question(open=3))
    found = answer.effects
    opened = [site for site in found["sites"] if site["state"] == "opened"]
    assert sum(site["person_minutes"] for site in opened) == pytest.approx(
        found["summary"]["gained"]
    )
    saved = found["summary"]["persons"] * (
        found["summary"]["mean_before"] - found["summary"]["mean_after"]
    )
    assert saved == pytest.approx(found["summary"]["gained"] - found["summary"]["lost"])
    for parts in ("municipalities", "counties"):
        assert sum(p["person_minutes"] for p in found[parts]) == pytest.approx(saved)
        assert sum(p["persons"] for p in found[parts]) == found["summary"]["persons"]
    for when in ("before", "after"):
        assert sum(row[when] for row in found["distribution"]) == found["summary"]["persons"]


@pytest.mark.django_db
def test_the_worst_off_twentieth_is_the_farthest_of_all():
    towns([95, 0, 0, 5], offices=[0])
    summary = answered(question(open=1, rules=(fixed("must_open", "place-0"),))).effects["summary"]
    assert summary["worst_before"] == pytest.approx(3 * STEP, rel=1e-3)
    assert summary["worst_after"] == summary["worst_before"]


@pytest.mark.django_db
def test_a_place_that_must_not_open_gives_way_to_the_next_best():
    towns([10, 10, 10, 500, 10], offices=[0])
    answer = answered(question(open=1, rules=(fixed("never_open", "place-3"),)))
    assert keys(answer, "opened") == {"place-4"} or keys(answer, "opened") == {"place-2"}
    (price,) = answer.prices.rules
    assert price["binds"]
    assert price["instead"] == ["Place 3"]
    assert answer.prices.free["person_minutes"] == price["person_minutes"]


@pytest.mark.django_db
def test_the_price_of_a_place_is_what_the_next_best_adds():
    towns([10, 10, 10, 500, 10], offices=[0])
    free = answered(question(open=1))
    (alternative,) = free.prices.alternatives
    without = answered(question(open=1, rules=(fixed("never_open", "place-3"),)))
    assert alternative["key"] == "place-3"
    assert alternative["person_minutes"] == pytest.approx(without.objective - free.objective)
    assert alternative["instead"]


@pytest.mark.django_db
def test_a_quota_counts_all_offices_or_only_new_ones():
    towns([10, 300, 10, 10, 10, 10], offices=[0, 5])
    new = WrittenRule(kind="quota", scope="county", codes=("B",), at_least=1)
    every = WrittenRule(kind="quota", scope="county", codes=("B",), at_least=1, counts="all")
    assert keys(answered(question(open=1, rules=(every,))), "opened") == {"place-1"}
    (opened,) = keys(answered(question(open=1, rules=(new,))), "opened")
    assert opened in {"place-3", "place-4"}


@pytest.mark.django_db
def test_a_longest_way_is_obeyed_and_whom_nobody_reaches_is_told():
    towns([900, 10, 800, 700, 1], offices=[0])
    near = WrittenRule(kind="max_minutes", minutes=STEP * 1.05)
    answer = answered(question(open=2, rules=(near,)))
    assert answer.effects["summary"]["longest_after"] <= STEP * 1.05
    # Where no place can be, nothing is asked for, and it is said.
    lost = answered(
        question(
            open=2, rules=(near, fixed("never_open", "place-3"), fixed("never_open", "place-4"))
        )
    )
    assert lost.effects["summary"]["out_of_reach"] == 1


@pytest.mark.django_db
def test_rules_that_cannot_hold_together_are_named():
    towns([10, 10, 10, 10], offices=[0])
    both = [
        WrittenRule(kind="quota", scope="municipality", codes=(code,), at_least=1)
        for code in ("T1", "T2")
    ]
    answer = answered(question(open=1, rules=tuple(both)))
    assert (answer.status, answer.objective) == ("infeasible", None)
    assert set(answer.effects["conflicts"]) == {rule.key for rule in both}


@pytest.mark.django_db
@pytest.mark.parametrize(
    "wrong",
    [
        {"open": 1, "rules": (fixed("must_open", "place-1"), fixed("never_open", "place-1"))},
        {"open": 1, "rules": (fixed("must_open", "place-1"), fixed("must_open", "place-2"))},
        {"open": 1, "rules": (fixed("must_open", "nowhere"),)},
        {"open": 1, "rules": (fixed("must_open", "office-0"),)},
        {"open": 99},
        {"close": 2},
        {"close": 1},
        {"open": 1, "population_on": DAY.replace(year=1999)},
    ],
)
def test_a_question_the_register_contradicts_is_refused_and_nothing_is_written(wrong):
    towns([10, 10, 10], offices=[0])
    with pytest.raises(QuestionRefused):
        study_create(title="A study", question=question(**wrong), by=BY)
    assert not Study.objects.exists()
    assert not Run.objects.exists()


# --- keeping --------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_versions_and_answers_are_written_for_good():
    towns([10, 10, 10], offices=[0])
    answer = answered(question(open=1))
    for record in (answer, answer.version, answer.prices):
        with pytest.raises(WrittenForGood):
            record.save()
        with pytest.raises(WrittenForGood):
            record.delete()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("status", "objective", "bound", "gap", "rule"),
    [
        ("proved", 10.0, 9.0, 0.1, "answer_is_proved_only_without_a_gap"),
        ("gap", None, None, None, "answer_with_a_plan_has_its_objective_and_bound"),
        ("gap", 10.0, 11.0, 0.1, "answer_is_no_better_than_its_bound"),
    ],
)
def test_the_database_keeps_no_answer_that_boasts(status, objective, bound, gap, rule):
    study = Study.objects.create(title="A study", made_by=BY)
    version = StudyVersion.objects.create(study=study, number=1, question={}, made_by=BY)
    with pytest.raises(IntegrityError, match=rule), transaction.atomic():
        StudyAnswer.objects.create(
            version=version, status=status, objective=objective, bound=bound, gap=gap, seconds=1,
            engine="made up", inputs_hash="0",
        )  # fmt: skip


@pytest.mark.django_db
def test_the_same_question_gives_the_same_plan():
    towns([10, 20, 30, 40, 50, 60], offices=[0])
    ground = ground_of(question(open=2))
    one, other = (solve(ground, bounds_of(ground)) for _ in range(2))
    assert one.inputs_hash == other.inputs_hash
    assert (one.open == other.open).all()
    assert one.objective == other.objective


def test_the_whole_course_of_a_long_search_stays_in_few_points():
    told = []
    course = Course(2.0, told.append)
    for second in range(5_000):
        course.tell(second, 20_000 - second, float(second))
    assert max(len(points) for points in told) <= 122
    assert told[-1][0] == [0, 10_000, 0]
    assert told[-1][-1] == [4_999, 7_500.5, 2_499.5]


# --- working --------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_the_worker_answers_a_study():
    towns([10, 10, 10, 500, 10], offices=[0])
    study = study_create(title="A study", question=question(open=1), by=BY)
    assert worker.turn(threading.Event())
    run = Run.objects.get()
    assert (run.state, run.problem) == ("done", "")
    answer = StudyAnswer.objects.get(version=study.current)
    assert run.result == {"version": study.current.pk, "answer": answer.pk, "status": "proved"}
    assert answer.course[-1][1] == pytest.approx(answer.course[-1][2])


@pytest.mark.django_db
def test_a_version_that_does_not_exist_is_not_answered():
    with pytest.raises(StudyUnknown):
        study_answer(4711, silent, never)


@pytest.mark.django_db
def test_an_answer_that_was_written_is_not_computed_again():
    towns([10, 10, 10], offices=[0])
    answer = answered(question(open=1))
    told = []
    study_answer(answer.version_id, told.append, never)
    assert told == []


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_four_who_change_a_study_at_once_make_four_versions():
    towns([10, 20, 30, 40, 50, 60], offices=[0])
    study = study_create(title="The coast", question=question(open=2), by=BY)
    barrier, made = threading.Barrier(4), []

    def changes(place):
        barrier.wait()
        change = Change("forbid", f"place-{place}", "", "Tried.")
        made.append(study_change(version=study.current, change=change, by=BY).number)
        connection.close()

    changing = [threading.Thread(target=changes, args=(place,)) for place in range(1, 5)]
    for one in changing:
        one.start()
    for one in changing:
        one.join()
    assert sorted(made) == [2, 3, 4, 5]
    assert Study.objects.get().current.number in made
    assert Run.objects.count() == 5
