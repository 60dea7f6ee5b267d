"""Shortest times on a generated road network, beside a plain search in the same run.

    python bench/travel.py [--side 450] [--sources 64] [--plain 3] [--json]

The network is a grid of side × side crossings 500 metres apart, moved a little, of whose roads one
in seven is missing, one in ten is open one way, and speeds are 30, 50 or 70 km/h; 202,500 nodes and
about 650,000 directed edges unless told otherwise, seeded. Measured are sources per second from
which the time to every node is found, on one thread and on all, and the ratio to Dijkstra's search
in plain Python with ``heapq`` over the same arrays as lists, of which a few sources are enough; its
times have to be the same to the last digit. The ratio is one of processor times, which a busy
machine stretches less. Then 100,000 places find their nearest node.
"""

from __future__ import annotations

import argparse
import heapq
import json
import math
import resource
import time
from typing import Any

import numpy as np

from knutpunkt.engines.travel.roads import RoadGraph, nearest_nodes
from knutpunkt.engines.travel.roads.graph import THREADS
from knutpunkt.engines.travel.roads.kernels.ready import road_kernels_ready

APART, PLACES = 500.0, 100_000
SPEEDS = (30.0, 50.0, 70.0)


def main() -> int:
    """Measure and print; 1 when the two searches disagree."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--side", type=int, default=450)
    parser.add_argument("--sources", type=int, default=64)
    parser.add_argument("--plain", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    road_kernels_ready()
    found = measured(asked)
    if asked.json:
        print(json.dumps(found, indent=2))
    else:
        for name, value in found.items():
            print(f"{name:<32} {value:>14,}")
    return 0 if found["equal to the plain search"] else 1


def measured(asked: argparse.Namespace) -> dict[str, Any]:
    """All figures by name."""
    graph, draw = grid(asked.side), np.random.default_rng(2)
    sources = draw.integers(0, graph.nodes, asked.sources)
    graph.times_from(sources[:1], threads=1)  # arranged in memory before the clock runs
    alone, worked, times = seconds(lambda: graph.times_from(sources, threads=1))
    shared, _, again = seconds(lambda: graph.times_from(sources))
    plain_sources = sources[: asked.plain].tolist()
    rows = [graph.start.tolist(), graph.head.tolist(), graph.minutes.tolist()]
    _, plain, slow = seconds(lambda: [searched(*rows, source) for source in plain_sources])
    equal = np.array_equal(times, again) and np.array_equal(times[: asked.plain], np.array(slow))
    places = draw.uniform(0, asked.side * APART, (PLACES, 2))
    near, _, _ = seconds(lambda: nearest_nodes(graph, places))
    ratio = (plain / asked.plain) / (worked / asked.sources)
    return {
        "nodes": graph.nodes,
        "directed edges": graph.edges,
        "sources a second, one thread": round(asked.sources / alone, 1),
        f"sources a second, {THREADS} threads": round(asked.sources / shared, 1),
        "processor ms a source": round(1000 * worked / asked.sources, 1),
        "processor ms a plain source": round(1000 * plain / asked.plain, 1),
        "times faster on one thread": round(ratio, 1),
        "equal to the plain search": equal,
        "seconds to place 100,000": round(near, 3),
        "MB at most": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def grid(side: int) -> RoadGraph:
    """Roads like those of a town without end."""
    draw = np.random.default_rng(1)
    many = side * side
    number = np.arange(many).reshape(side, side)
    place = np.stack(np.divmod(np.arange(many), side), axis=1) * APART
    place += draw.normal(0, APART / 8, place.shape)
    east = np.stack([number[:, :-1], number[:, 1:]], axis=-1).reshape(-1, 2)
    north = np.stack([number[:-1], number[1:]], axis=-1).reshape(-1, 2)
    roads = np.concatenate([east, north])
    roads = roads[draw.random(len(roads)) > 1 / 7]
    metres = np.hypot(*(place[roads[:, 0]] - place[roads[:, 1]]).T)
    minutes = metres / (draw.choice(SPEEDS, len(roads)) * 1000 / 60)
    both = draw.random(len(roads)) > 0.1
    tail = np.concatenate([roads[:, 0], roads[both, 1]])
    head = np.concatenate([roads[:, 1], roads[both, 0]])
    return RoadGraph.of(place, tail, head, np.concatenate([minutes, minutes[both]]), "plane")


def searched(
    start: list[int], head: list[int], minutes: list[float], source: int
) -> list[float]:  # fmt: skip
    """Dijkstra's search as one writes it without a compiler."""
    best = [math.inf] * (len(start) - 1)
    best[source] = 0.0
    heap = [(0.0, source)]
    while heap:
        passed, at = heapq.heappop(heap)
        if passed > best[at]:
            continue
        for edge in range(start[at], start[at + 1]):
            arrived = passed + minutes[edge]
            if arrived < best[head[edge]]:
                best[head[edge]] = arrived
                heapq.heappush(heap, (arrived, head[edge]))
    return best


def seconds(work: Any) -> tuple[float, float, Any]:
    """Seconds on the clock and of the processor, and what comes of it."""
    begun, worked = time.perf_counter(), time.process_time()
    found = work()
    return time.perf_counter() - begun, time.process_time() - worked, found


if __name__ == "__main__":
    raise SystemExit(main())
