"""Rules about several places at once: together, apart, in groups that overlap, by class of area."""

import pytest

from knutpunkt.network.models import Area, AreaEdition
from knutpunkt.planning.errors import QuestionRefused
from knutpunkt.planning.models import Study
from knutpunkt.planning.studies.bounds import bounds_of
from knutpunkt.planning.studies.ground import ground_of
from knutpunkt.planning.studies.rules import WrittenRule
from support.pages import words
from support.studies import answered, fixed, keys
from support.towns import LAT, lon_of, question, towns

pytestmark = pytest.mark.django_db

WHY = "The county asks for it."


def several(kind, *codes):
    return WrittenRule(kind=kind, codes=codes, reason=WHY)


def some(*codes, scope="site", **bounds):
    return WrittenRule(kind="quota", scope=scope, codes=codes, **bounds)


def test_two_places_open_together_or_not_at_all():
    towns([10, 10, 10, 500, 10, 300, 10, 5], offices=[0])
    assert keys(answered(question(open=2)), "opened") == {"place-3", "place-5"}
    pair = several("together", "place-3", "place-7")
    both = answered(question(open=2, rules=(pair, fixed("must_open", "place-7"))))
    assert keys(both, "opened") == {"place-3", "place-7"}
    # Alone it cannot come: with one to open, neither does.
    neither = answered(question(open=1, rules=(pair,)))
    assert not keys(neither, "opened") & {"place-3", "place-7"}
    (price,) = neither.prices.rules
    assert price["binds"]
    assert price["instead"] == ["Place 3"]


def test_a_place_opens_only_while_its_office_stays():
    towns([400, 10, 10, 500, 10, 300], offices=[0, 1])
    tied = several("together", "place-3", "office-1")
    answer = answered(question(open=1, close=1, rules=(tied,)))
    opened, closed = keys(answer, "opened"), keys(answer, "closed")
    assert ("place-3" in opened) == ("office-1" not in closed)


def test_of_places_that_exclude_each_other_one_opens():
    towns([10, 10, 10, 500, 400, 10, 10], offices=[0])
    free, apart = (
        keys(answered(question(open=2, rules=rules)), "opened")
        for rules in ((), (several("apart", "place-3", "place-4"),))
    )
    assert free == {"place-3", "place-4"}
    assert len(apart & free) == 1


def test_groups_may_overlap():
    towns([10, 90, 10, 500, 10, 300, 10, 5], offices=[0])
    rules = (
        some("place-1", "place-2", "place-6", at_least=1),
        some("place-6", "place-7", at_least=1),
        some("place-1", "place-6", "place-7", at_most=1),
    )
    answer = answered(question(open=2, rules=rules))
    opened = keys(answer, "opened")
    assert opened & {"place-1", "place-2", "place-6"}
    assert opened & {"place-6", "place-7"}
    assert len(opened & {"place-1", "place-6", "place-7"}) <= 1


def test_a_class_of_areas_gets_its_office():
    found = towns([10, 10, 10, 500, 10, 10], offices=[0])
    edition = AreaEdition.objects.create(
        slug="made-up-list", title_sv="Påhittad", title_en="Made up", valid_from="2021-01-01"
    )
    for number, category in ((1, "worst"), (3, "other")):
        Area.objects.create(
            edition=edition, name=f"Area {number}", category=category, municipality=found[number],
            lat=LAT, lon=lon_of(number), area_km2=0.5,
        )  # fmt: skip
    rule = some("worst", scope="area_class", at_least=1)
    assert keys(answered(question(open=1, rules=(rule,))), "opened") == {"place-1"}
    unknown = ground_of(question(open=1, rules=(some("best", scope="area_class", at_least=1),)))
    with pytest.raises(QuestionRefused, match="worst"):
        bounds_of(unknown)


@pytest.mark.parametrize(
    "wrong",
    [
        several("together", "place-1"),
        several("apart", "place-1", "place-1"),
        WrittenRule(kind="apart", codes=("place-1", "place-2"), reason=" "),
        several("apart", "place-1", "nowhere"),
        some("nowhere", at_least=1),
    ],
)
def test_a_rule_about_several_that_nobody_understands_is_refused(wrong):
    towns([10, 10, 10], offices=[0])
    with pytest.raises(QuestionRefused):
        bounds_of(ground_of(question(open=1, rules=(wrong,))))


def test_a_planner_writes_a_rule_about_several_by_name(sign_in):
    towns([10, 10, 10, 500, 400, 10], offices=[0])
    answer = answered(question(open=2))
    planner = sign_in("planner")
    address = f"/siting/studies/{answer.version.study_id}/versions/1/"
    said = {"rule": "apart", "scope": "site", "counts": "new", "sites": "Place 3\nPlace 4"}
    assert planner.post(address + "rules/", said).status_code == 400
    planner.post(address + "rules/", said | {"reason": WHY})
    version = Study.objects.get().current
    (rule,) = version.question["rules"]
    assert (rule["codes"], rule["label"]) == (["place-3", "place-4"], "Place 3, Place 4")
    seen = words(planner.get(f"{address.replace('/1/', '/2/')}", headers={"accept-language": "en"}))
    assert "At most one of these is open: Place 3, Place 4." in seen
    refused = planner.post(address + "rules/", said | {"reason": WHY, "sites": "Nowhere\nPlace 3"})
    assert refused.status_code == 400
