"""How long a report takes: the commission of 2021, and a made-up programme of many offices.

    python bench/report.py [--slots 500] [--json]

Seconds of one report with its forecast and every format, in a database of its own that is taken
away afterwards. The aim is 3 s for 28 offices and 15 s for 500.
"""

import argparse
import json
import os
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from datetime import date

AS_OF = date(2022, 6, 30)
AIMS = {28: 3.0, 500: 15.0}


@dataclass(frozen=True)
class Row:
    """One report and how long it took."""

    mandate: str
    slots: int
    facts: int
    draft_seconds: float
    files_seconds: float
    pdf_bytes: int

    @property
    def seconds(self) -> float:
        return self.draft_seconds + self.files_seconds


def main() -> int:
    """Build both reports and print how long they took."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--slots", type=int, default=500)
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["KNUTPUNKT_HOME"] = folder
        os.environ.pop("DATABASE_URL", None)
        from knutpunkt.cli.ready import ready

        ready()
        rows = [measured("2021-05"), measured(made_mandate(chosen.slots))]
    if chosen.json:
        print(json.dumps([asdict(row) for row in rows], indent=1))
        return 0
    print("commission  offices  facts   facts s  files s  in all  PDF kB")
    for row in rows:
        print(
            f"{row.mandate:<11} {row.slots:>7} {row.facts:>6} {row.draft_seconds:>9.2f}"
            f" {row.files_seconds:>8.2f} {row.seconds:>7.2f} {row.pdf_bytes // 1024:>7}"
        )
    slow = [row.mandate for row in rows if row.seconds > AIMS.get(row.slots, float("inf"))]
    if slow:
        print(f"Slower than the aim: {', '.join(slow)}.", file=sys.stderr)
    return 1 if slow else 0


def measured(mandate: str) -> Row:
    """Time one report: gathering its facts and writing every format."""
    from knutpunkt.reports.services import files_of, refuse_incomplete, report_draft, report_open

    report = report_open(mandate=mandate, kind="interim", as_of=AS_OF, by="bench")
    begun = time.perf_counter()
    draft = report_draft(report)
    refuse_incomplete(draft)
    drafted = time.perf_counter()
    files = files_of(draft)
    done = time.perf_counter()
    slots = len(draft.facts.groups["slot"])
    size = len(files["report.pdf"])
    return Row(mandate, slots, len(draft.facts.facts), drafted - begun, done - drafted, size)


def made_mandate(slots: int) -> str:
    """Make up a commission that names so many municipalities, and open its programme."""
    from knutpunkt.mandates.models import Clause, Mandate
    from knutpunkt.network.models import County, Municipality
    from knutpunkt.programme.services.opening import programme_open

    county = County.objects.create(code="B", name="Bench")
    made = [
        Municipality(
            code=f"B{k:04}", name=f"Ort {k}", county=county, lat=56 + k % 50 / 5, lon=13 + k % 7
        )
        for k in range(slots)
    ]
    Municipality.objects.bulk_create(made)
    mandate = Mandate.objects.create(
        slug="bench",
        title_sv=f"Uppdrag att öppna {slots} kontor",
        title_en=f"Commission to open {slots} offices",
        decided_on="2021-06-01",
        published_on="2021-06-01",
        decided_by="government",
    )
    for key, kind in (("total", "at_least"), ("named", "named")):
        clause = Clause.objects.create(
            mandate=mandate,
            key=key,
            type=kind,
            at_least=slots,
            window_from=date(2021, 6, 1),
            window_to=date(2023, 12, 31),
            paraphrase_sv="Varje ort får ett kontor.",
            paraphrase_en="Each place gets an office.",
        )
        if kind == "named":
            clause.members.set(made)
    programme_open(mandate="bench", by="bench")
    return "bench"


if __name__ == "__main__":
    sys.exit(main())
