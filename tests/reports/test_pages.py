"""Pages of reports: who may see and write, conflicts on screen, files to take away."""

import html
import re

import pytest

from knutpunkt.reports.services import report_lodge

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("swedish_network")]


@pytest.fixture
def address(winter_report):
    return f"/reports/{winter_report.pk}/"


def words(answer):
    """What a reader sees, in one line."""
    body = re.sub(r"<svg.*?</svg>", "", answer.content.decode(), flags=re.DOTALL)
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", body)))


def test_a_stranger_is_sent_to_the_login_until_the_report_is_lodged(
    client, address, winter_report, winter_build
):
    built = f"{address}builds/{winter_build.number}/"
    for place in ("/reports/", address, built, f"{built}pdf"):
        assert client.get(place).status_code == 302
    report_lodge(report=winter_report, lodged_on=winter_report.as_of, by="anna")
    assert client.get(built).status_code == 200
    assert client.get(f"{built}pdf").content.startswith(b"%PDF")
    assert client.get(address).status_code == 302


def test_a_reader_reads_and_does_not_write(sign_in, address, winter_build):
    reader = sign_in("reader")
    assert "Slutredovisning senast den 23 februari 2024" in words(reader.get("/reports/"))
    assert reader.get(address).status_code == 200
    assert reader.post(f"{address}builds/").status_code == 403
    assert reader.get(f"{address}sections/summary/").status_code == 403
    assert reader.get(f"{address}letter/").status_code == 403
    assert reader.post("/reports/", {}).status_code == 403


def test_a_planner_opens_builds_and_takes_every_file(sign_in, winter_build):
    planner = sign_in("planner")
    form = {"mandate": "2021-05", "kind": "interim", "as_of": "2022-01-31", "language": "sv"}
    report = planner.post("/reports/", form)["Location"]
    built = planner.post(f"{report}builds/")["Location"]
    assert built.endswith("/builds/1/")
    assert "Sammanfattning" in words(planner.get(built))
    for format_, start in (
        ("pdf", b"%PDF"),
        ("html", b"<!doctype"),
        ("docx", b"PK"),
        ("csv", b"PK"),
    ):
        answer = planner.get(f"{built}{format_}")
        assert answer.content.startswith(start)
        assert "2021-05-interim-2022-01-31-1." in answer["Content-Disposition"]
    assert planner.get(f"{built}exe").status_code == 404
    assert planner.get(f"{report}builds/99/").status_code == 404


def test_a_refused_build_names_the_place_on_the_page(sign_in, address, winter_build):
    planner = sign_in("planner")
    saved = planner.post(
        f"{address}sections/economy/", {"text": "Det kostade 12 kronor.", "version": "0"}
    )
    assert saved.status_code == 302
    assert "Kapitel 5, stycke 1: talet ”12”" in words(planner.get(saved["Location"]))
    answer = planner.post(f"{address}builds/")
    assert answer.status_code == 409
    assert "Kapitel 5, stycke 1: talet ”12”" in words(answer)


def test_the_later_of_two_writers_keeps_his_text_on_the_screen(sign_in, address):
    planner = sign_in("planner")
    place = f"{address}sections/summary/"
    assert planner.post(place, {"text": "Först.", "version": "0"}).status_code == 302
    answer = planner.post(place, {"text": "Mitt eget stycke.", "version": "0"})
    assert answer.status_code == 409
    seen = words(answer)
    assert "Mitt eget stycke." in seen
    assert "Först." in seen
    assert 'name="version" value="1"' in answer.content.decode()


def test_the_letter_is_written_and_a_conflict_kept(sign_in, address):
    planner = sign_in("planner")
    form = {"agency": "Myndigheten", "dnr": "2022-1", "version": "0"}
    assert planner.post(f"{address}letter/", form).status_code == 302
    assert "Myndigheten" in words(planner.get(address))
    answer = planner.post(f"{address}letter/", form | {"agency": "En annan"})
    assert answer.status_code == 409
    assert "En annan" in answer.content.decode()


def test_facts_are_searched(sign_in, address, winter_build):
    page = words(sign_in("reader").get(f"{address}facts/?q=ordered.total"))
    assert "ordered.total" in page
    assert "mandates.check" in page
    assert "slot.boden.p50" not in page


def test_anyone_may_ask_about_a_municipality(client):
    assert client.get("/reports/answer/").status_code == 200
    asked = "/reports/answer/?municipality=Ludvika&as_of=2025-11-10"
    assert "Servicekontor i Ludvika" in words(client.get(asked))
    assert client.get(f"{asked}&format=pdf").content.startswith(b"%PDF")
    assert client.get("/reports/answer/?municipality=Atlantis").status_code == 404
    assert client.get("/reports/answer/?municipality=").status_code == 400
