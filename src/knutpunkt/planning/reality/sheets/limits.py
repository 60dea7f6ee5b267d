"""What the register does not know, and what that does to every answer."""

from __future__ import annotations

from knutpunkt.planning.figures import both, plain
from knutpunkt.planning.reality.sheets.blocks import (
    Block,
    Grid,
    Heading,
    Text,
    said,
    same,
)
from knutpunkt.planning.reality.sheets.words import basis
from knutpunkt.planning.reality.values import Answers


def head() -> list[Block]:
    """Say what is compared and how to read it."""
    return [Heading(("Mot verkligheten", "Against reality"), 1), _written(), _read()]


def _written() -> Text:
    return said(
        "Skriven av `knutpunkt siting reality --write docs`; varje tal skrivs av det kommandot, "
        "och `knutpunkt siting reality` visar samma tal. Tre beslut om det verkliga nätet hålls "
        "mot vad avstånd ensamt hade valt.",
        "Written by `knutpunkt siting reality --write docs`; every figure is printed by that "
        "command, and `knutpunkt siting reality` shows the same. Three decisions about the real "
        "network are held against what distance alone would have chosen.",
    )


def _read() -> Text:
    return said(
        "Avstånd är ett skäl av många. Trängsel, förtroende, lokaler, personal, hyror och politik "
        "är andra, och inget av dem syns här: ett lägre tal är inget bättre beslut. Varje fråga "
        "ställs två gånger, för de namngivna kontoren och med de onamngivna *antagna* (se vad "
        "registret inte vet, sist). Miljoner personminuter är invånare × minuter till närmaste "
        "kontor, en väg, i miljoner.",
        "Distance is one ground of many. Crowding, trust, premises, staff, rents and politics are "
        "others, and none of them shows here: a lower figure is no better decision. Every "
        "question is asked twice, of the named offices and with the unnamed *assumed* (see what "
        "the register does not know, at the end). Million person-minutes are residents × minutes "
        "to the nearest office, one way, in millions.",
    )


def limits_sheet(answers: Answers) -> list[Block]:
    """Say plainly where the register is incomplete and what that does."""
    return [
        Heading(("Vad registret inte vet", "What the register does not know")),
        _unnamed(answers),
        _assumed(answers),
        _where(answers),
        _positions(answers),
        _coarse(),
        _travel(answers),
        _people(answers),
        _dates(),
    ]


def _unnamed(answers: Answers) -> Text:
    return said(
        "**{unnamed} kontor är räknade men nämns av ingen källa.** Utan dem är restiderna före "
        "för långa, och det en given uppsättning kontor ger eller tar är för stort, mest i de "
        "orter där ett av dem låg; priser är skillnader mellan två sådana och blir oftast också "
        "för stora. Därför antas de i den andra uträkningen: ett i var och en av de {unnamed} "
        "folkrikaste kommuner där ingen källa namnger något kontor, vid kommunens punkt. En "
        "rapport från december 2020 räknade 117 kontor i 110 kommuner "
        "(<https://lagen.nu/ds/2020:29>), så ungefär ett per kommun är rimligt; *vilka* kommuner "
        "är en gissning. Skillnaden mellan de två uträkningarna visar hur mycket ett svar hänger "
        "på det, inte hur fel det kan vara.",
        "**{unnamed} offices are counted and named by no source.** Without them the times before "
        "are too long, and what a given set of offices brings or takes is too large, most of all "
        "in the towns where one of them stood; prices are differences of two such and mostly too "
        "large as well. So the second computation assumes them: one in each of the {unnamed} most "
        "populous municipalities where no source names an office, at the municipality's point. A "
        "report of December 2020 counted 117 offices in 110 municipalities "
        "(<https://lagen.nu/ds/2020:29>), so about one in each is reasonable; *which* "
        "municipalities is a guess. The difference between the two computations shows how much an "
        "answer hangs on it, not how wrong it can be.",
        unnamed=both(len(answers.assumed)),
    )


def _assumed(answers: Answers) -> Text:
    return said(
        "Antagna: {names}.",
        "Assumed: {names}.",
        names=same(", ".join(sorted(site.municipality for site in answers.assumed)) or "–"),
    )


def _where(answers: Answers) -> Text:
    coarse = sum(
        count
        for key, count in answers.positions.items()
        if key in ("town-point", "municipality-point")
    )
    return said(
        "**Få adresser är kända.** {coarse} av de {all} kontorslägena är bara ortens eller "
        "kommunens punkt:",
        "**Few addresses are known.** {coarse} of the {all} positions of offices are only the "
        "point of a town or municipality:",
        coarse=both(coarse),
        all=both(sum(answers.positions.values())),
    )


def _positions(answers: Answers) -> Grid:
    rows = tuple((basis(key), both(count)) for key, count in answers.positions.items())
    header = (("läget är känt som", "position known as"), ("kontor", "offices"))
    return Grid(("Kontorens lägen", "Positions of offices"), header, rows)


def _coarse() -> Text:
    return said(
        "Mellan orter gör det lite. Inom en stad säger svaren inget: två kontor på samma punkt "
        "gör det ena gratis att stänga, och om ett kontor ligger i ett utsatt område går inte att "
        "pröva.",
        "Between towns that does little. Within a city the answers say nothing: two offices at "
        "one point make one of them free to close, and whether an office stands in a vulnerable "
        "area cannot be tested.",
    )


def _travel(answers: Answers) -> Text:
    return said(
        "**Restiden är fågelvägen × {detour} i {speed} km/h.** Faktorn och farten sträcker alla "
        "minuter lika: med andra värden blir minuterna andra, men vilka platser som är bäst, "
        "andelar och hur många gånger så mycket ändras inte (bara det som mäts med gränserna 15, "
        "30 och 60 minuter gör det). Det som kan ändra svaren är vägarna själva: sjöar, älvar, "
        "fjäll, färjor, och att många inte har bil. Längs kusten och i fjällen är tiderna för "
        "korta.",
        "**Travel is the straight line × {detour} at {speed} km/h.** Factor and speed stretch all "
        "minutes alike: other values give other minutes, but which places are best, shares and "
        "how many times as much do not change (only what is measured by the thresholds of 15, 30 "
        "and 60 minutes does). What can change the answers is the roads themselves: lakes, "
        "rivers, mountains, ferries, and that many have no car. Along the coast and in the "
        "mountains the times are too short.",
        detour=plain(answers.detour),
        speed=plain(answers.km_per_hour),
    )


def _people(answers: Answers) -> Text:
    return said(
        "**Befolkningen är dagens**, {persons} invånare vid slutet av 2023 spridda på orter, inte "
        "den vid varje besluts tid; en invånare räknas lika vare sig hon behöver kontoret eller "
        "inte.",
        "**The population is today's**, {persons} residents at the end of 2023 spread over "
        "localities, not that of each decision; a resident counts the same whether she needs the "
        "office or not.",
        persons=both(sum(home.persons for home in answers.municipalities)),
    )


def _dates() -> Text:
    return said(
        "**Dagar är grova.** Planerade öppningar utan bekräftelse räknas som öppna, stängningar "
        "utan känd dag som stängda, och ett kontor som senare öppnades igen räknas som stängt. "
        "Fler stängningar aviserades än registret har; de saknas i alla summor.",
        "**Days are rough.** Planned openings without confirmation are taken as open, closings "
        "without a known day as closed, and an office that was opened again later as closed. More "
        "closings were announced than the register holds; they are missing in all sums.",
    )
