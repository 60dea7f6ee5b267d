"""A proof that so many sites cannot serve everybody within a limit.

The proof is a tree. A branch splits all plans in two: those with at most so many sites of a set,
and those with more. A leaf refutes the plans that reach it by weights: every client carries a
weight, and so do every branch on the way and every written rule. If the weights to be earned exceed
what the sites of any plan can earn together, there is no such plan. All weights are whole numbers,
so nothing is lost in rounding. One leaf alone is the dual of the linear program of set covering.
:mod:`knutpunkt.engines.location.center.proof` recomputes it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Whole = NDArray[np.int64]
Numbers = NDArray[np.int32]
ClosedBy = Literal["multipliers", "search", "HiGHS", ""]


def _none() -> Whole:
    return np.zeros(0, np.int64)


@dataclass(frozen=True, eq=False)
class Branch:
    """A plan takes at most ``at_most`` of ``sites`` (node ``low``) or more (node ``high``)."""

    sites: Numbers
    at_most: int
    low: int
    high: int


@dataclass(frozen=True, eq=False)
class Leaf:
    """Weights that refute every plan of this part of the tree.

    Parameters
    ----------
    weight
        Of each client of the proof, 0 or more, shape ``(clients,)``.
    branch_weight
        Of each branch from the root down to here, 0 or more.
    rule_weight
        Of each rule on the sites, above 0 for its least and below 0 for its most; the rules are
        those of the question, after the number of sites. Without rules there is none.
    """

    weight: Whole
    branch_weight: Whole
    rule_weight: Whole = field(default_factory=_none)


@dataclass(frozen=True, eq=False)
class Proof:
    """No ``many`` sites serve all of ``clients`` within ``limit``.

    Parameters
    ----------
    many
        Number of sites, forced ones included.
    limit
        A site serves a client when its cost is at most this.
    bound
        The next cost above the limit at which one of the clients can be served: no ``many`` sites
        have a smaller greatest cost. Infinite when the clients cannot be reached at all.
    clients
        Numbers of the clients that carry weight somewhere.
    nodes
        The tree, root first; without nodes nothing is proved.
    closed_by
        What closed the gap: the weights, a tree of them, or HiGHS, of which no proof is kept. In
        that case the answer's bound lies above the one proved here.
    """

    many: int
    limit: float
    bound: float
    clients: Numbers
    nodes: tuple[Branch | Leaf, ...]
    closed_by: ClosedBy = ""


def proof_described(proof: Proof) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """Numbers and arrays of a proof, as a file holds them; see :func:`proof_read`."""
    leaves = [node for node in proof.nodes if isinstance(node, Leaf)]
    branches = [node for node in proof.nodes if isinstance(node, Branch)]
    said = {"many": proof.many, "limit": proof.limit, "proved": proof.bound}
    arrays = {
        "clients": proof.clients,
        "leaf": np.array([isinstance(node, Leaf) for node in proof.nodes], np.bool_),
        "weights": np.array([leaf.weight for leaf in leaves]),
        "rule_weights": np.array([leaf.rule_weight for leaf in leaves]),
        "branches": np.array([(b.at_most, b.low, b.high) for b in branches], np.int64),
        **_joined("branch_weights", [leaf.branch_weight for leaf in leaves]),
        **_joined("branch_sites", [branch.sites for branch in branches]),
    }
    return said, arrays


def proof_read(said: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> Proof:
    """The proof in a file."""
    weights = iter(
        zip(arrays["weights"], _parts("branch_weights", arrays), arrays["rule_weights"],
            strict=True)
    )  # fmt: skip
    branches = iter(zip(_parts("branch_sites", arrays), arrays["branches"].tolist(), strict=True))
    nodes: list[Branch | Leaf] = []
    for is_leaf in arrays["leaf"].tolist():
        if is_leaf:
            nodes.append(Leaf(*next(weights)))
        else:
            sites, (at_most, low, high) = next(branches)
            nodes.append(Branch(sites, at_most, low, high))
    return Proof(said["many"], said["limit"], said["proved"], arrays["clients"], tuple(nodes),
                 said["closed_by"])  # fmt: skip


def _joined(name: str, parts: list[NDArray[Any]]) -> dict[str, NDArray[Any]]:
    """Arrays of unlike lengths in one, and where each ends."""
    ends = np.cumsum([len(part) for part in parts], dtype=np.int64)
    return {name: np.concatenate([np.zeros(0, np.int64), *parts]), f"{name}_end": ends}


def _parts(name: str, arrays: Mapping[str, NDArray[Any]]) -> list[NDArray[Any]]:
    return np.split(arrays[name], arrays[f"{name}_end"])[:-1]
