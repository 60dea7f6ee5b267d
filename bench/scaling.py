"""Draw how the time of the location engine grows, from what ``location.py`` measured.

    python bench/location.py --data FOLDER --only scaling --json > rows.json
    python bench/scaling.py rows.json docs

writes the table into ``docs/siting-speed.md``, between its two marks, and the picture of it into
``docs/images/siting-scaling.svg``. Without rows the picture is drawn anew from the table:

    python bench/scaling.py docs
"""

import json
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np

BEGIN, END = "<!-- scaling: begin -->", "<!-- scaling: end -->"
HEAD = "| demand points | sites offered | sites to open | gap | seconds | processor seconds |"
RULE = "| ---: | ---: | ---: | ---: | ---: | ---: |"
WIDE, HIGH, LEFT, TOP = 330, 260, 60, 44
STYLE = """
.paper{fill:#fff}.ink{fill:#1b1b1b}.grid{stroke:#d4d4d4}.wall{stroke:#005ea5}.cpu{stroke:#a23b00}
.wall-dot{fill:#005ea5}.cpu-dot{fill:#a23b00}.line{fill:none;stroke-width:2}
.cpu.line{stroke-dasharray:6 4}
@media (prefers-color-scheme:dark){.paper{fill:#16181c}.ink{fill:#e8e8e8}.grid{stroke:#41454d}
.wall{stroke:#7db9f0}.wall-dot{fill:#7db9f0}.cpu{stroke:#ffab76}.cpu-dot{fill:#ffab76}}
""".strip()


@dataclass(frozen=True)
class Timed:
    """A problem and how long it took to the gap."""

    clients: int
    sites: int
    p: int
    gap_percent: float
    seconds: float
    processor_seconds: float


def measured(file: Path) -> list[Timed]:
    """Rows that ``location.py --json`` printed."""
    return [
        Timed(row["clients"], 5_000 if "x 5,000" in row["work"] else 2_000, row["p"],
              row["gap_percent"], row["seconds"], row["processor_seconds"])
        for row in json.loads(file.read_text())["rows"]
    ]  # fmt: skip


def tabled(rows: list[Timed]) -> str:
    """The rows as a table of the document."""
    lines = [
        f"| {row.clients:,} | {row.sites:,} | {row.p:,} | {row.gap_percent:.4f} % |"
        f" {row.seconds:.1f} | {row.processor_seconds:.1f} |"
        for row in rows
    ]
    return "\n".join([HEAD, RULE, *lines])


def in_table(text: str) -> list[Timed]:
    """The rows of the table in a document."""
    lines = text.partition(BEGIN)[2].partition(END)[0].strip().splitlines()[2:]
    found = []
    for line in lines:
        cells = [cell.strip(" %").replace(",", "") for cell in line.strip("|").split("|")]
        found.append(Timed(*map(int, cells[:3]), *map(float, cells[3:])))
    return found


def slope(along: list[float], seconds: list[float]) -> float:
    """Exponent of the power of ``along`` that fits the seconds best (least squares of logs)."""
    return float(np.polyfit(np.log(along), np.log(seconds), 1)[0])


def drawn(rows: list[Timed]) -> str:
    """Both panels as SVG."""
    demand = [row for row in rows if row.sites == 2_000]
    sites = [row for row in rows if row.sites == 5_000]
    wide = 2 * WIDE + 2 * LEFT + 40
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {HIGH + TOP + 92}"',
        'role="img" aria-labelledby="t" font-family="system-ui, sans-serif" font-size="12">',
        '<title id="t">Seconds to a gap of 0.1 % against demand, and against sites</title>',
        f"<style>{STYLE}</style>",
        '<rect class="paper" width="100%" height="100%"/>',
        _panel(LEFT, "Against demand points (150 of 2,000 sites open)",
               [float(row.clients) for row in demand], demand),
        _panel(2 * LEFT + WIDE + 20, "Against sites to open (50,000 points × 5,000)",
               [float(row.p) for row in sites], sites),
        _key(HIGH + TOP + 72),
        "</svg>",
    ]  # fmt: skip
    return "\n".join(parts) + "\n"


def _panel(left: int, title: str, along: list[float], rows: list[Timed]) -> str:
    wall, busy = ([row.seconds for row in rows], [row.processor_seconds for row in rows])
    ticks = _decades(wall + busy)
    low, high = np.log10(ticks[0]), np.log10(ticks[-1])
    first, last = np.log10(along[0]), np.log10(along[-1])

    def x(value: float) -> float:
        return left + 8 + (WIDE - 16) * (np.log10(value) - first) / (last - first)

    def y(value: float) -> float:
        return TOP + HIGH - HIGH * (np.log10(value) - low) / (high - low)

    parts = [f'<text class="ink" x="{left}" y="22" font-size="13">{title}</text>']
    for tick in ticks:
        at = y(tick)
        parts += [
            f'<line class="grid" x1="{left}" x2="{left + WIDE}" y1="{at:.1f}" y2="{at:.1f}"/>',
            f'<text class="ink" x="{left - 6}" y="{at + 4:.1f}" text-anchor="end">',
            f"{tick:g} s</text>",
        ]
    parts += [
        f'<text class="ink" x="{x(value):.1f}" y="{TOP + HIGH + 18}" text-anchor="middle">'
        f"{_short(value)}</text>"
        for value in along
    ]
    for name, seconds in (("wall", wall), ("cpu", busy)):
        points = [(x(a), y(b)) for a, b in zip(along, seconds, strict=True)]
        path = " ".join(f"{a:.1f},{b:.1f}" for a, b in points)
        parts.append(f'<polyline class="{name} line" points="{path}"/>')
        parts += [f'<circle class="{name}-dot" cx="{a:.1f}" cy="{b:.1f}" r="3.5"/>'
                  for a, b in points]  # fmt: skip
    said = f"slope {slope(along, wall):.2f}, of processor time {slope(along, busy):.2f}"
    said = said.replace("-", "−")
    at = TOP + HIGH + 40
    parts.append(f'<text class="ink" x="{left}" y="{at}">log–log; {said}</text>')
    return "\n".join(parts)


def _short(value: float) -> str:
    return f"{value / 1000:g}k" if value >= 10_000 else f"{value:,.0f}"


def _decades(values: list[float]) -> list[float]:
    """Round numbers around all values: 1, 3, 10, 30 and so on."""
    rounds = [base * 10.0**power for power in range(-3, 6) for base in (1, 3)]
    below = max(one for one in rounds if one <= min(values))
    above = min(one for one in rounds if one >= max(values))
    return [one for one in rounds if below <= one <= above]


def _key(at: int) -> str:
    return "\n".join(
        f'<line class="{name} line" x1="{x}" x2="{x + 34}" y1="{at}" y2="{at}"/>'
        f'<circle class="{name}-dot" cx="{x + 17}" cy="{at}" r="3.5"/>'
        f'<text class="ink" x="{x + 42}" y="{at + 4}">{said}</text>'
        for x, name, said in (
            (LEFT, "wall", "seconds by the clock"),
            (LEFT + 220, "cpu", "seconds of processors, both together"),
        )
    )


def main() -> int:
    """Write table and picture."""
    *rows, docs = map(Path, sys.argv[1:])
    page = docs / "siting-speed.md"
    text = page.read_text(encoding="utf-8")
    if rows:
        before, rest = text.split(BEGIN)
        table = tabled(measured(rows[0]))
        text = f"{before}{BEGIN}\n{table}\n{END}{rest.partition(END)[2]}"
        page.write_text(text, encoding="utf-8")
    picture = docs / "images" / "siting-scaling.svg"
    picture.write_text(drawn(in_table(text)), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
