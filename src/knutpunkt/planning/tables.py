"""The exchange format of demand points, after the tables of the register."""

from __future__ import annotations

from knutpunkt.core.exchange import Table
from knutpunkt.network.models import Place
from knutpunkt.network.tables import MUNICIPALITY, ref, same
from knutpunkt.planning.models import DemandPoint

TABLES: tuple[Table, ...] = (
    Table(
        "demand",
        DemandPoint,
        same("key", "name", "lat", "lon", "persons", "population_on", "source"),
        identity=("key",),
        natural_key=("key",),
        refs=(ref("place", "place", Place, "key", blank=("",)), MUNICIPALITY),
        required=("key", "name", "municipality_code", "lat", "lon", "persons", "population_on"),
    ),
)
