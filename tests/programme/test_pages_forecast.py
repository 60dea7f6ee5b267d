"""The forecast: made and kept, shown with words and numbers, and asked what would happen if."""

import re
from datetime import date

import pytest

from knutpunkt.core import clock
from knutpunkt.programme.forecasting import forecast, forecast_store
from knutpunkt.programme.models import StoredForecast
from knutpunkt.programme.pages.changes import per_cent
from knutpunkt.programme.pages.forecast import chance_words, forecast_page
from knutpunkt.programme.pages.words import rough_day, with_spans_in_words
from knutpunkt.programme.services.activities import activity_report
from support.pages import every_variable_is_there, quick_hash, rows, words
from support.programme import project_of

__all__ = ["every_variable_is_there", "quick_hash"]

PAGE = "/programme/small/forecast/"

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("every_variable_is_there", "quick_hash"),
]


@pytest.fixture(autouse=True)
def frozen(monkeypatch):
    monkeypatch.setenv("KNUTPUNKT_NOW", "2022-06-28T10:00")


@pytest.fixture
def kept(small_programme):
    found = forecast(programme="small", as_of=clock.today(), runs=400)
    return forecast_store(found, by="a test")


@pytest.fixture
def reader(signed_in, small_programme):
    return signed_in("reader")


def test_a_stranger_is_sent_to_the_login(small_programme, client):
    assert client.get(PAGE)["Location"] == f"/login/?next={PAGE}"


def test_a_programme_without_a_forecast_says_so(reader):
    assert "No forecast is stored yet." in words(reader.get(PAGE))


def test_a_planner_makes_a_forecast_and_it_is_kept(signed_in, small_programme):
    client = signed_in("planner")
    answer = client.post("/programme/small/forecasts/")
    assert (answer.status_code, answer["Location"]) == (302, PAGE)
    stored = StoredForecast.objects.get()
    assert (stored.made_by, stored.as_of, stored.runs) == (
        "the-planner",
        date(2022, 6, 28),
        10_000,
    )
    assert "The forecast is made and kept." in words(client.get(PAGE))


def test_a_reader_makes_no_forecast(reader):
    assert reader.post("/programme/small/forecasts/").status_code == 403
    assert not StoredForecast.objects.exists()


def test_a_programme_with_nothing_to_open_says_why_there_is_no_forecast(signed_in, small_programme):
    small_programme.starts_on = date(2023, 1, 1)
    small_programme.save()
    answer = signed_in("planner").post("/programme/small/forecasts/")
    assert 400 <= answer.status_code < 500
    assert 'class="refusal" role="alert"' in answer.content.decode()


def test_the_chance_is_a_number_with_a_word(reader, kept):
    page = words(reader.get(PAGE))
    share = kept.result["all_clauses"]
    assert f"{chance_words(share).share} chance that all clauses" in page
    assert "Zero slack: under the clause named not one office can be spared." in page


def test_the_fan_and_its_table_have_the_same_days(kept):
    page = forecast_page(kept, {})
    assert len(page.fan) == len(kept.result["fan"])
    assert [chart.label for chart in page.charts] == [
        "Openings by month as of 28 June 2022. The table below says the same."
    ] * 2


def test_every_slot_and_every_figure_stands_on_the_page(reader, kept):
    page = reader.get(PAGE)
    lines = rows(page)
    for name in ("Northtown", "Southtown"):
        assert any(line.startswith(name) for line in lines)
    for parameter in kept.result["parameters"]:
        assert parameter["name_en"] in words(page)
    assert "assumed" in words(page)


def test_an_earlier_forecast_can_be_asked_for(reader, kept):
    assert reader.get(f"{PAGE}?forecast={kept.pk}").status_code == 200
    assert reader.get(f"{PAGE}?forecast=4711").status_code == 404


def test_a_forecast_older_than_a_report_says_that_the_plan_has_changed(
    reader, kept, small_programme, monkeypatch
):
    told = "The plan has changed since this forecast was made. Make a new one."
    portfolio = "/programme/small/"
    assert told not in words(reader.get(PAGE)) + words(reader.get(portfolio))
    monkeypatch.setenv("KNUTPUNKT_NOW", "2022-06-29T10:00")
    project = project_of(small_programme, "northtown")
    activity_report(
        activity=project.activities.get(key="needs"), started_on=date(2022, 6, 1),
        finished_on=None, expected=project.version, by="a test",
    )  # fmt: skip
    assert told in words(reader.get(PAGE))
    assert told in words(reader.get(portfolio))
    forecast_store(forecast(programme="small", as_of=clock.today(), runs=400), by="a test")
    assert told not in words(reader.get(PAGE)) + words(reader.get(portfolio))
    assert told not in words(reader.get(f"{PAGE}?forecast={kept.pk}"))


def test_a_clause_whose_time_ran_out_is_given_no_advice(reader, kept, small_programme):
    small_programme.mandate.clauses.filter(key="named").update(window_to=date(2022, 6, 28))
    page = reader.get(PAGE)
    assert "The time ran out on 28 June 2022; nothing done now changes it." in words(page)
    assert '<option value="named"' not in page.content.decode()
    told = words(reader.get(f"{PAGE}?advise=named"))
    assert "No clause is left that anything done now could change." in told


def test_a_hit_rate_that_widens_is_told(reader, kept):
    result = dict(kept.result)
    result["record"] = {
        "widened_by": 1.4,
        "sentence_sv": "Vidgad.",
        "sentence_en": "This forecast is spread 1.40 times around its median.",
    }
    StoredForecast.objects.filter(pk=kept.pk).update(result=result)
    assert '<p class="notice">This forecast is spread' in reader.get(PAGE).content.decode()


# --- what if --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "question",
    [
        "change=drop&slot=northtown",
        "change=delay&slot=northtown&days=90",
        "change=delay-round&wave=1&days=90",
        "change=substitute&slot=northtown&municipality=N1-small-2",
        "change=budget&cut=50",
        "change=spare",
        "change=interim&slot=northtown",
    ],
)
def test_each_kind_of_change_is_answered_on_the_page(reader, kept, question):
    answer = reader.get(f"{PAGE}?{question}")
    assert answer.status_code == 200
    assert 'id="answer"' in answer.content.decode()
    assert "Difference, percentage points" in words(answer)


def test_without_one_of_its_places_the_clause_cannot_hold(reader, kept):
    answer = words(reader.get(f"{PAGE}?change=drop&slot=northtown"))
    assert re.search(r"named \S+( per cent| %) 0 %", answer) or "named 0 %" in answer


def test_an_answer_repeats_its_question_and_says_that_it_has_fewer_runs(reader, kept):
    question = f"{PAGE}?change=delay&slot=northtown&days=1"
    assert "Delay Northtown by 1 day: what it would do" in words(reader.get(question))
    assert "The forecast has more runs" not in words(reader.get(question))
    StoredForecast.objects.filter(pk=kept.pk).update(runs=10_000)
    assert "The forecast has more runs" in words(reader.get(question))


def test_asking_changes_nothing(reader, kept, small_programme):
    small_programme.refresh_from_db()
    length = small_programme.log_length
    reader.get(f"{PAGE}?change=drop&slot=northtown")
    small_programme.refresh_from_db()
    assert small_programme.log_length == length
    assert StoredForecast.objects.count() == 1


@pytest.mark.parametrize(
    "question", ["change=drop", "change=delay&slot=northtown&days=0", "change=fly", "change="]
)
def test_half_a_question_is_refused_beside_its_field(reader, kept, question):
    answer = reader.get(f"{PAGE}?{question}")
    assert answer.status_code == 400
    assert "The question could not be answered" in words(answer)
    assert "Nothing was written" not in words(answer)
    assert 'id="answer"' not in answer.content.decode()


# --- advice ---------------------------------------------------------------------------------------


def test_what_must_be_true_is_worked_out_when_asked_for(reader, kept):
    assert "Insurance, what helps most first" not in words(reader.get(PAGE))
    answer = words(reader.get(f"{PAGE}?advise=named"))
    assert "The clause named has a chance of" in answer
    assert "Insurance, what helps most first" in answer
    assert "Open" not in re.findall(r"One spare office is begun now (\S+)", answer)


# --- words ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("share", "word", "text"),
    [
        (0.95, "likely", "95 %"),
        (0.5, "at-risk", "50 %"),
        (0.8, "likely", "80 %"),
        (0.79, "at-risk", "79 %"),
        (0.49, "unlikely", "49 %"),
        (0.004, "unlikely", "under 1 %"),
        (0.999, "likely", "over 99 %"),
    ],
)
def test_a_word_goes_with_every_number(share, word, text):
    assert (chance_words(share).key, per_cent(share)) == (word, text)


@pytest.mark.parametrize(
    ("share", "decided", "text"),
    [(0, True, "0 %"), (0, False, "under 1 %"), (1, True, "100 %"), (1, False, "over 99 %")],
)
def test_only_what_is_decided_is_sure(share, decided, text):
    assert per_cent(share, decided=decided) == text


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("2023-06-01", "1 June 2023"),
        ("[2023-06-01..2023-06-20]", "between 1 June 2023 and 20 June 2023"),
        ("[..2023-06-20]", "by 20 June 2023"),
        ("[2023-06-01..]", "not before 1 June 2023"),
    ],
)
def test_rough_days_are_said_in_words(written, said):
    assert rough_day(written) == said


def test_spans_in_a_sentence_are_said_in_words():
    sentence = with_spans_in_words("Opened [2023-06-01..2023-06-20], ordered 2021-05-26.")
    assert sentence == "Opened between 1 June 2023 and 20 June 2023, ordered 2021-05-26."


def test_what_nobody_can_reckon_has_no_chance():
    assert chance_words(None) is None


def test_the_page_takes_a_bounded_number_of_queries(reader, kept, django_assert_max_num_queries):
    with django_assert_max_num_queries(16):
        reader.get(PAGE)
