"""The sheet about the rule of 2020: a functional region without an office gets one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from knutpunkt.mandates.sentences import Both
from knutpunkt.planning.figures import both
from knutpunkt.planning.reality.sheets.blocks import (
    NOTHING,
    Block,
    Drawing,
    Grid,
    Heading,
    Text,
    listed,
    said,
    same,
)
from knutpunkt.planning.reality.sheets.maps import Mark, Panel, drawn_map
from knutpunkt.planning.reality.sheets.words import (
    ASSUMED,
    NAMED,
    by_county,
    columns,
    figures,
    proofs,
)
from knutpunkt.planning.reality.values import Home, Plan, RegionsAnswer, RegionView

PLANS: Mapping[str, Both] = {
    "rule": ("regelns fyra", "the rule's four"),
    "least_travel": ("minst restid", "least travel"),
    "fewest_beyond": ("färst över en timme", "fewest beyond an hour"),
    "furthest_first": ("längst bort först", "furthest first"),
}
PANELS: Mapping[str, Both] = {
    "before": ("före, namngivna kontor", "before, named offices"),
    "before_assumed": ("före, övriga antagna", "before, the rest assumed"),
}
MARKED = {"rule": "rule", "least_travel": "travel", "furthest_first": "furthest"}


def regions_sheet(answer: RegionsAnswer, homes: Sequence[Home]) -> list[Block]:
    """Tell where four offices would have gone by distance alone."""
    return [
        Heading(
            ("Regionen utan kontor, 2020", "The region without an office, 2020"),
        ),
        _asked(answer),
        _travel(answer),
        _places(answer),
        _totals(answer),
        _furthest(answer),
        Heading(("Regelns fyra, och de mest avlägsna", "The rule's four, and the most remote"), 3),
        _ruled(answer),
        _remote(answer),
        _why(),
        *_map(answer, homes),
    ]


def _asked(answer: RegionsAnswer) -> Text:
    return said(
        "2020 fick varje funktionell arbetsmarknadsregion utan servicekontor ett. Det gav fyra: "
        "{names}. Registret har inga sådana regioner, så regeln körs inte om; frågan är vart fyra "
        "kontor hade hamnat om bara avstånd räknades. Utgångsläget är de {named} namngivna kontor "
        "som fanns den {on}; {candidates} orter prövas.",
        "In 2020 each functional labour-market region without an office got one. That gave four: "
        "{names}. The register holds no such regions, so the rule is not run again; the question "
        "is where four offices would have gone had only distance counted. The start is the "
        "{named} named offices there were on {on}; {candidates} localities are tried.",
        names=listed([site.name for site in answer.view.rule.sites]),
        named=both(answer.named),
        on=same(answer.on),
        candidates=both(answer.candidates),
    )


def _plans(view: RegionView) -> tuple[Plan, ...]:
    return view.rule, view.least_travel, view.fewest_beyond, view.furthest_first


def _travel(answer: RegionsAnswer) -> Grid:
    rows = [
        (
            ("före", "before"),
            *figures(answer.view.before),
            *figures(answer.assumed.before),
            NOTHING,
        )
    ]
    for plan, other in zip(_plans(answer.view), _plans(answer.assumed), strict=True):
        rows.append(
            (
                PLANS[plan.key],
                *figures(plan.travelled),
                *figures(other.travelled),
                proofs(plan, other),
            )
        )
    title = (
        "Restid till närmaste kontor, en väg, per invånare",
        "Travel to the nearest office, one way, per resident",
    )
    header = (
        ("fyra kontor", "four offices"),
        *columns(NAMED),
        *columns(ASSUMED),
        ("bevis", "proof"),
    )
    return Grid(title, header, tuple(rows))


def _places(answer: RegionsAnswer) -> Grid:
    rows = tuple(
        (PLANS[plan.key], _names(plan), _names(other))
        for plan, other in zip(_plans(answer.view), _plans(answer.assumed), strict=True)
    )
    header = (("fyra kontor", "four offices"), NAMED, ASSUMED)
    return Grid(("Platserna", "The places"), header, rows)


def _names(plan: Plan) -> Both:
    return same(
        ", ".join(
            s.name if s.name == s.municipality else f"{s.name} ({s.municipality})"
            for s in plan.sites
        )
    )


def _totals(answer: RegionsAnswer) -> Text:
    view, assumed = answer.view, answer.assumed
    gaps = sum(site.code in answer.assumed_codes for site in view.least_travel.sites)
    return said(
        "Räknat på **sammanlagd restid** hamnar kontoren i {least}. {gaps} av dem ligger där "
        "scenariot antar ett onamngivet kontor, så svaret speglar mest registrets luckor. Med dem "
        "antagna blir det {assumed}: {shared} av regelns fyra. Summan väger många som får lite "
        "närmare lika tungt som få som får mycket närmare, och regelns kommuner har {persons} "
        "invånare tillsammans.",
        "By **total travel** the offices fall in {least}. {gaps} of them lie where the scenario "
        "assumes an unnamed office, so the answer mostly mirrors the gaps of the register. With "
        "those assumed it is {assumed}: {shared} of the rule's four. The sum weighs many who come "
        "a little nearer like few who come much nearer, and the rule's municipalities have "
        "{persons} residents together.",
        least=_municipalities(view.least_travel),
        gaps=both(gaps),
        assumed=_municipalities(assumed.least_travel),
        shared=_shared(assumed.rule, assumed.least_travel),
        persons=both(sum(one.remote.persons for one in view.ruled)),
    )


def _municipalities(plan: Plan) -> Both:
    return listed([site.municipality for site in plan.sites])


def _shared(one: Plan, other: Plan) -> Both:
    count = len({site.code for site in one.sites} & {site.code for site in other.sites})
    return (str(count), str(count)) if count else ("inget", "none")


def _furthest(answer: RegionsAnswer) -> Text:
    view, assumed = answer.view, answer.assumed
    return said(
        "Räknat **längst bort först**, ett kontor i taget i den kommun som har längst väg, hamnar "
        "de i {first}, {shared} av regelns fyra kommuner; med de onamngivna antagna i {assumed}, "
        "{other} av fyra. Räknat på **färst över en timme** hamnar {far} i regelns kommuner, "
        "{fewer} med de onamngivna antagna.",
        "By **furthest first**, one office at a time in the municipality with the longest way, "
        "they fall in {first}, {shared} of the rule's four municipalities; with the unnamed "
        "assumed in {assumed}, {other} of four. By **fewest beyond an hour** {far} of them fall "
        "in the rule's municipalities, {fewer} with the unnamed assumed.",
        first=_municipalities(view.furthest_first),
        shared=_shared(view.rule, view.furthest_first),
        assumed=_municipalities(assumed.furthest_first),
        other=_shared(assumed.rule, assumed.furthest_first),
        far=_shared(view.rule, view.fewest_beyond),
        fewer=_shared(assumed.rule, assumed.fewest_beyond),
    )


def _ruled(answer: RegionsAnswer) -> Grid:
    others = {one.site.key: one for one in answer.assumed.ruled}
    rows = tuple(
        (
            same(one.site.name), both(one.remote.persons), both(one.remote.minutes),
            both(one.remote.rank), both(others[one.site.key].remote.rank),
            both(one.rank), both(others[one.site.key].rank),
        )
        for one in answer.view.ruled
    )  # fmt: skip
    header = (
        ("ort", "place"), ("invånare i kommunen", "residents of the municipality"),
        ("minuter före", "minutes before"),
        (f"kommunens plats efter väg, {NAMED[0]}", f"municipality's rank by way, {NAMED[1]}"),
        (ASSUMED[0], ASSUMED[1]),
        (f"ortens plats efter vinst, {NAMED[0]}", f"place's rank by gain, {NAMED[1]}"),
        (ASSUMED[0], ASSUMED[1]),
    )  # fmt: skip
    title = (
        "Regelns fyra: 1 är längst väg bland kommunerna och störst vinst bland orterna",
        "The rule's four: 1 is the longest way of any municipality, the largest gain of any place",
    )
    return Grid(title, header, rows)


def _remote(answer: RegionsAnswer) -> Grid:
    rows = tuple(
        (both(one.rank), same(one.municipality), both(one.persons), both(one.minutes))
        for one in answer.assumed.remote
    )
    header = (
        ("plats", "rank"), ("kommun", "municipality"), ("invånare", "residents"),
        ("minuter före", "minutes before"),
    )  # fmt: skip
    title = (
        "Kommunerna med längst väg före, med de onamngivna antagna",
        "The municipalities with the longest way before, with the unnamed assumed",
    )
    return Grid(title, header, rows)


def _why() -> Text:
    return said(
        "Skillnaden är regeln själv: den räknar regioner, inte människor eller minuter. Eftersom "
        "den bara gav fyra måste varje annan avlägsen kommun ligga i en region som fick ett av "
        "dem eller redan hade ett kontor. Där registret inte känner något sådant kontor är listan "
        "alltså också en ledtråd om de onamngivna: då låg ett av dem troligen där, och kommunen "
        "är närmare än här.",
        "The difference is the rule itself: it counts regions, not people or minutes. As it gave "
        "only four, every other remote municipality must lie in a region that got one of them or "
        "had an office already. Where the register knows of no such office, the list is also a "
        "hint of the unnamed: one of them probably stood there, and the municipality is nearer "
        "than here.",
    )


def _map(answer: RegionsAnswer, homes: Sequence[Home]) -> list[Block]:
    text = (
        "Två kartor: restid i kommunerna före, regelns orter, minst restid, längst bort först",
        "Two maps: travel in the municipalities before, the rule's, least travel, furthest first",
    )
    views = {"before": answer.view, "before_assumed": answer.assumed}
    panels = tuple(
        Panel(PANELS[key], answer.drawn[key], tuple(_marks(view))) for key, view in views.items()
    )
    twin = ("Kartorna i tal, minuter per invånare", "The maps in figures, minutes per resident")
    return [
        Drawing("regions", text, partial(drawn_map, text, panels, "minutes")),
        by_county(twin, answer.drawn, homes, PANELS),
    ]


def _marks(view: RegionView) -> list[Mark]:
    plans = [plan for plan in _plans(view) if plan.key in MARKED]
    return [
        Mark(site.lat, site.lon, MARKED[plan.key], site.name)
        for plan in reversed(plans)
        for site in plan.sites
    ]
