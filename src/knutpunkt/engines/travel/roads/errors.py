"""What travel on roads refuses, one class per thing the caller can correct."""

from collections.abc import Sequence

from knutpunkt.engines.travel.errors import TravelRefused

NAMED = 3


class GraphEmpty(TravelRefused):
    """There is no road to travel on."""

    code = "graph_empty"
    hint = "Give at least one edge between two nodes."

    def __init__(self, *, nodes: int, edges: int) -> None:
        super().__init__(f"The road network has {nodes} nodes and {edges} edges.")
        self.nodes, self.edges = nodes, edges


class EdgeInvalid(TravelRefused):
    """An edge leads nowhere, or its minutes are no minutes."""

    code = "edge_invalid"
    hint = "Give both ends as numbers of nodes from 0, and minutes from 0."

    def __init__(self, *, edge: int, why: str) -> None:
        super().__init__(f"Edge {edge} {why}.")
        self.edge, self.why = edge, why


class NodeInvalid(TravelRefused):
    """A search begins or ends at a node that is not there."""

    code = "node_invalid"
    hint = "Number the nodes from 0 in the order of their coordinates."

    def __init__(self, *, node: object, nodes: int) -> None:
        super().__init__(f"There is no node {node}; the nodes are 0 to {nodes - 1}.")
        self.node, self.nodes = node, nodes


class LimitInvalid(TravelRefused):
    """The longest time to search for is below zero or not a number."""

    code = "limit_invalid"
    hint = "Give minutes, 0 or more, or none for no limit."

    def __init__(self, *, limit: float) -> None:
        super().__init__(f"The limit of a search is {limit} minutes.")
        self.limit = limit


class WalkInvalid(TravelRefused):
    """Nobody walks the longest walk that is given."""

    code = "walk_invalid"
    hint = "Give metres, 0 or more."

    def __init__(self, *, metres: float) -> None:
        super().__init__(f"The longest walk to a road is {metres} metres.")
        self.metres = metres


class FarFromRoads(TravelRefused):
    """Places lie further from every road than anybody walks."""

    code = "far_from_roads"
    hint = "Correct their coordinates, add the roads that lead there, or allow a longer walk."

    def __init__(
        self, *, which: str, names: Sequence[str], metres: Sequence[float], most: float
    ) -> None:
        shown = ", ".join(
            f"{name!r} ({away:,.0f} m)"
            for name, away in zip(names[:NAMED], metres[:NAMED], strict=True)
        )
        more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
        super().__init__(
            f"Of the {which}, {shown}{more} lie further than {most:,.0f} metres from every road."
        )
        self.which, self.names, self.metres, self.most = which, tuple(names), tuple(metres), most


class PairsTooMany(TravelRefused):
    """A table of travel times would not fit into memory."""

    code = "pairs_too_many"
    hint = "Ask about fewer demand points or sites, for instance a county at a time."

    def __init__(self, *, points: int, sites: int, most: int) -> None:
        super().__init__(
            f"{points:,} demand points × {sites:,} sites are {points * sites:,} travel times; "
            f"at most {most:,} fit."
        )
        self.points, self.sites, self.most = points, sites, most
