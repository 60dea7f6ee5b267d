"""Building: what fails changes nothing, what is the same is the same, what changed is told."""

import json
from datetime import date

import pytest

from knutpunkt.core.home import home
from knutpunkt.reports.errors import (
    ChangedMeanwhile,
    DayNotReached,
    LetterIncomplete,
    ReportNotBuilt,
    ReportUnknown,
    SectionUnknown,
)
from knutpunkt.reports.models import Build
from knutpunkt.reports.services import (
    letter_write,
    report_build,
    report_draft,
    report_lodge,
    report_open,
    section_write,
)
from knutpunkt.reports.storing import FileUnwritable, kept, kept_file, written_whole

pytestmark = [pytest.mark.slow, pytest.mark.django_db, pytest.mark.usefixtures("swedish_network")]

SUMMER = date(2022, 6, 30)
LETTER = {
    "agency": "Myndigheten",
    "addressee": "Regeringskansliet",
    "dnr": "2024-77",
    "dated_on": date(2024, 2, 23),
    "decided_by": "generaldirektören",
    "rapporteur": "utredaren",
}


def opened(as_of, kind="interim"):
    return report_open(mandate="2021-05", kind=kind, as_of=as_of, by="anna")


def test_the_same_report_built_twice_is_one_build(winter_report, winter_build):
    assert report_build(report=winter_report, by="bo") == winter_build
    assert len(list((home() / "reports" / winter_build.fingerprint).iterdir())) == 6


def test_a_failing_build_names_the_place_and_leaves_the_previous_one(winter_report, winter_build):
    before = kept_file(winter_build.fingerprint, "report.pdf")
    text = "Ett stycke.\n\nVi har öppnat 27 kontor."
    section_write(report=winter_report, key="deviations", text=text, expected=0, by="anna")
    with pytest.raises(ReportNotBuilt, match="Kapitel 4, stycke 2: talet ”27”"):
        report_build(report=winter_report, by="anna")
    assert list(Build.objects.filter(report=winter_report)) == [winter_build]
    assert kept_file(winter_build.fingerprint, "report.pdf") == before


def test_the_next_report_tells_what_has_changed(winter_build):
    made = report_build(report=opened(SUMMER), by="anna")
    assert made.previous == winter_build
    changed = {row["clause"]: (row["before"], row["after"]) for row in made.differences["clauses"]}
    assert changed["round-1"] == ("pågår", "inte avgjort")
    names = {row["fact"] for row in made.differences["facts"]}
    assert "openings.counted" in names
    assert "report.as_of" not in names
    snapshot = json.loads(kept_file(made.fingerprint, "snapshot.json"))
    assert snapshot["previous"] == winter_build.fingerprint


def test_a_final_report_waits_for_a_letter_without_blanks():
    report = opened(date(2024, 2, 23), kind="final")
    with pytest.raises(LetterIncomplete, match="date of the letter, decided by, presented by"):
        report_build(report=report, by="anna")
    letter_write(report=report, expected=0, by="anna", **LETTER)
    made = report_build(report=report, by="anna")
    html = kept_file(made.fingerprint, "report.html").decode().replace("\N{SOFT HYPHEN}", "")
    assert "efter föredragning av <span" in html
    letter = html[: html.index('id="summary"')]
    assert "inte bestämt" not in letter


def test_an_interim_report_says_what_is_not_decided_yet(winter_build):
    html = kept_file(winter_build.fingerprint, "report.html").decode()
    assert "är ännu inte bestämt" in html
    assert "[fylls" not in html


def test_a_final_summary_follows_the_facts_of_its_day():
    draft = report_draft(opened(date(2024, 2, 23), kind="final"))
    assert draft.problems == ()
    assert draft.facts.said("clause.total.verdict") == "brutet"
    assert draft.facts.value("clauses.count") == 11
    assert "travel.before" in draft.facts


def test_of_two_writers_the_later_one_is_told(winter_report):
    section_write(report=winter_report, key="summary", text="Annas.", expected=0, by="anna")
    for seen in (0, 7):
        with pytest.raises(ChangedMeanwhile, match="anna"):
            section_write(report=winter_report, key="summary", text="Bos.", expected=seen, by="bo")
    kept_text = winter_report.sections.get(key="summary")
    assert (kept_text.text, kept_text.version) == ("Annas.", 1)
    letter_write(report=winter_report, expected=0, by="anna", dnr="1")
    with pytest.raises(ChangedMeanwhile):
        letter_write(report=winter_report, expected=0, by="bo", dnr="2")


def test_an_empty_text_brings_back_the_one_that_comes_with_the_report(winter_report, winter_draft):
    section_write(report=winter_report, key="summary", text="Annas.", expected=0, by="anna")
    section_write(report=winter_report, key="summary", text=" ", expected=1, by="anna")
    assert report_draft(winter_report).fingerprint == winter_draft.fingerprint


def test_what_cannot_be_reported_on_is_refused(winter_report):
    with pytest.raises(SectionUnknown, match="summary"):
        section_write(report=winter_report, key="poetry", text="", expected=0, by="anna")
    with pytest.raises(ReportUnknown, match="not known"):
        opened(date(2021, 1, 1))
    with pytest.raises(DayNotReached):
        opened(date(2999, 1, 1))
    with pytest.raises(ReportNotBuilt, match="never been built"):
        report_lodge(report=opened(SUMMER), lodged_on=SUMMER, by="anna")


def test_a_file_is_written_whole_or_not_at_all(tmp_path):
    target = tmp_path / "report.pdf"
    written_whole(target, b"one")
    assert target.read_bytes() == b"one"
    with pytest.raises(FileUnwritable):
        written_whole(tmp_path / "nowhere" / "report.pdf", b"two")
    assert [path.name for path in tmp_path.iterdir()] == ["report.pdf"]


def test_files_of_a_build_are_not_written_twice():
    first = kept("f" * 64, {"a": b"1"})
    assert kept("f" * 64, {"a": b"2"}) == first


def test_a_report_does_not_doubt_that_it_is_lodged_itself(winter_draft):
    assert winter_draft.facts.said("clause.report-2.sentence") == "Lämnas genom denna redovisning."
    assert "clause.report-2.because" not in winter_draft.facts
    assert winter_draft.facts.said("clause.report-final.sentence") != (
        "Lämnas genom denna redovisning."
    )


def test_an_interim_report_is_not_taken_for_the_final_one():
    facts = report_draft(opened(SUMMER)).facts
    assert "genom denna" not in facts.said("clause.report-final.sentence")


def test_the_joint_chance_says_how_many_clauses_it_covers(winter_draft):
    facts = winter_draft.facts
    counted, left = facts.value("forecast.counted"), facts.value("forecast.not_counted")
    assert counted + left == facts.value("clauses.count")
    assert left > 0
    assert "villkor som kan räknas" in winter_draft.texts["summary"]
