"""A made-up row of towns along a parallel, each with a place, some residents, perhaps an office.

Towns stand half a degree apart on the 60th parallel. At 60 km/h and without a detour the way from
one to the next is ``STEP`` minutes. The first half lies in the county A, the second in B.
"""

from datetime import date

from knutpunkt.engines.travel import straight_line_minutes
from knutpunkt.network.models import County, Municipality, Place
from knutpunkt.planning.models import DemandPoint
from knutpunkt.planning.studies.question import Question, Travel
from support.network import made_balance, made_office

DAY = date(2021, 6, 1)
LAT = 60.0


def lon_of(number):
    return 15 + number / 2


STEP = float(straight_line_minutes([(LAT, lon_of(0))], [(LAT, lon_of(1))], detour=1).minutes[0, 0])


def towns(persons, *, offices, balance=None):
    """Put a row of towns on record: ``persons`` live in each, ``offices`` are numbers of towns."""
    counties = [County.objects.create(code=code, name=f"County {code}") for code in "AB"]
    found = []
    for number, residents in enumerate(persons):
        half = counties[2 * number >= len(persons)]
        where = {"lat": LAT, "lon": lon_of(number)}
        code, name = f"T{number}", f"Town {number}"
        town = Municipality.objects.create(code=code, name=name, county=half, **where)
        place = Place.objects.create(
            key=f"place-{number}", name=f"Place {number}", municipality=town, **where
        )
        DemandPoint.objects.create(
            key=code, place=place, municipality=town, name=name, persons=residents,
            population_on=DAY, source="made up", **where,
        )  # fmt: skip
        found.append(town)
    standing = [
        made_office(f"office-{n}", municipality=found[n], lat=LAT, lon=lon_of(n)) for n in offices
    ]
    made_balance(date(2021, 5, 1), len(offices) if balance is None else balance, *standing)
    return found


def question(**asked):
    """A question about the row of towns; travel without a detour."""
    return Question(on=DAY, travel=Travel(detour=1.0), **asked)
