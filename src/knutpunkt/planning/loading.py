"""A whole network in and out: the tables of the register, the commissions and the demand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import resources
from pathlib import Path

from knutpunkt.core.exchange import (
    ImportReport,
    Problem,
    Table,
    import_tables,
    read_path,
    write_csv_folder,
    write_json,
)
from knutpunkt.core.exchange.rows import Written
from knutpunkt.mandates.exchange import contradictions as mandate_contradictions
from knutpunkt.mandates.tables import TABLES as MANDATE_TABLES
from knutpunkt.network.exchange import contradictions as register_contradictions
from knutpunkt.network.models import Office
from knutpunkt.network.tables import TABLES as NETWORK_TABLES
from knutpunkt.planning.tables import TABLES as DEMAND_TABLES

TABLES: tuple[Table, ...] = (*NETWORK_TABLES, *MANDATE_TABLES, *DEMAND_TABLES)


def network_import(path: Path, *, by: str, dry_run: bool = False) -> ImportReport:
    """Import a network from a folder, archive, CSV or JSON file: all of it or nothing.

    Raises
    ------
    FileUnreadable
        When the file is not in the format.
    ImportRefused
        With every error found; nothing is stored then.
    """
    raws = read_path(path, TABLES)
    return import_tables(raws, TABLES, by=by, check=_contradictions, dry_run=dry_run)


def network_export(path: Path) -> dict[str, int]:
    """Write the network as one JSON file (``.json``) or a folder of CSV files."""
    if path.suffix.lower() == ".json":
        return write_json(path, TABLES)
    return write_csv_folder(path, TABLES)


def embedded_network_load() -> ImportReport | None:
    """Load the Swedish network that comes with the package, unless a network is there already."""
    if Office.objects.exists():
        return None
    with resources.as_file(resources.files("knutpunkt.data") / "sweden") as folder:
        return network_import(folder, by="embedded network")


def _contradictions(rows: Mapping[str, Sequence[Written]]) -> list[Problem]:
    return [*register_contradictions(rows), *mandate_contradictions(rows)]
