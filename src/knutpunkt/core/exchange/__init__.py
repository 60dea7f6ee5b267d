"""Tables of text in and out of the database, all or nothing, with every error reported."""

from knutpunkt.core.exchange.exporting import export_rows, write_csv_folder, write_json
from knutpunkt.core.exchange.importing import ImportRefused, ImportReport, import_tables
from knutpunkt.core.exchange.reading import FileUnreadable, Problem, RawTable, read_path
from knutpunkt.core.exchange.tables import Many, Ref, Table

__all__ = [
    "FileUnreadable",
    "ImportRefused",
    "ImportReport",
    "Many",
    "Problem",
    "RawTable",
    "Ref",
    "Table",
    "export_rows",
    "import_tables",
    "read_path",
    "write_csv_folder",
    "write_json",
]
