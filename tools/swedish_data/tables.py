"""CSV text that is the same, byte for byte, wherever it is written."""

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path


def rows_read(path: Path) -> list[dict[str, str]]:
    """Rows of a UTF-8 CSV file with a header row."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def table_bytes(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """UTF-8 CSV with a header row and newline endings."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return text.getvalue().encode()
