"""Counts, commissions, areas and municipalities."""

import pytest


@pytest.mark.parametrize(
    ("day", "count", "under_way"), [("2021-05-26", 116, 4), ("2022-06-27", 123, None)]
)
def test_counts_are_those_of_the_register(ask, day, count, under_way):
    said = ask("counts", on=day)
    assert (said["count"], said["at_least"], said["at_most"]) == (count, count, count)
    assert said["balance"] == said["balance"] | {"total": 116, "named": 72, "unnamed": 44}
    assert under_way in (None, said["under_way"]["count"])


def test_a_rough_count_is_a_range_with_its_reason(ask):
    said = ask("counts", on="2022-12-31")
    assert said["count"] is None
    assert said["at_least"] <= 129 <= said["at_most"]
    assert len(said["perhaps"]) == said["at_most"] - said["at_least"]


def test_a_published_figure_stands_beside_ours(ask):
    rows = ask("published-counts")
    assert len(rows) > 10
    for row in rows:
        inside = row["at_least"] <= row["published"] <= (row["at_most"] or row["published"])
        assert inside == (row["difference"] == 0)


def test_the_commission_of_28_counts_three_on_the_day(ask):
    slug = next(m["slug"] for m in ask("mandates") if m["decided_on"].startswith("2021-05"))
    said = ask(f"mandates/{slug}/check", on="2022-06-27")
    assert sorted(said["opened"]) == ["Borgholm", "Järpen", "Laholm"]
    assert all(clause["verdict"] and clause["sentence_sv"] for clause in said["clauses"])
    inferred = {a["name"] for a in said["attributions"] if a["basis"] == "inferred"}
    assert inferred >= {"Gamlestaden", "Värnhem"} or inferred


def test_an_unknown_commission_is_refused_with_those_there_are(ask):
    said = ask("mandates/magna-carta/check", status=404)
    assert "2021-05" in said["message"]


def test_areas_belong_to_an_edition(ask):
    said = ask("areas")
    held = [edition["slug"] for edition in said["editions"] if edition["held"]]
    assert {area["edition"] for area in said["areas"]} == set(held)
    one = ask("areas", edition=held[0])
    assert [edition["slug"] for edition in one["editions"]] == held[:1]
    assert ask("areas", status=404, edition="police-1950")["code"] == "not-found"


def test_there_are_290_municipalities_in_21_counties(ask):
    rows = ask("municipalities")
    assert len(rows) == 290
    assert len({row["county_code"] for row in rows}) == 21
    jamtland = ask("municipalities", county="23")
    assert {row["county"] for row in jamtland} == {"Jämtlands län"}
    assert ask("municipalities", status=422, county="99")["field"] == "county"


@pytest.mark.parametrize(
    ("address", "at_most"),
    [
        ("offices?on=2022-06-27&limit=200", 8),
        ("offices?on=2022-06-27&authority=skatteverket", 10),
        ("offices/jarpen?on=2022-06-27", 12),
        ("counts?on=2022-06-27", 12),
        ("mandates", 1),
        ("areas", 3),
        ("municipalities", 1),
    ],
)
def test_an_answer_takes_a_bounded_number_of_queries(
    ask, client, address, at_most, django_assert_max_num_queries
):
    with django_assert_max_num_queries(at_most):
        assert client.get(f"/api/{address}").status_code == 200
