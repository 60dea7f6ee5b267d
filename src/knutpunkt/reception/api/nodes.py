"""What a node and its centre say to each other."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, Field, field_validator

from knutpunkt.network.models import Office
from knutpunkt.reception.api.asked import Wish
from knutpunkt.reception.api.schemas import Body
from knutpunkt.reception.api.ways import Way
from knutpunkt.reception.follow import office_key
from knutpunkt.reception.nodes.asking import answers_note, news_of, waiting_requests
from knutpunkt.reception.nodes.brought import storable
from knutpunkt.reception.nodes.bundle import bundle_of
from knutpunkt.reception.nodes.merging import merge
from knutpunkt.reception.nodes.owning import node_attach, node_detach

LARGEST_BATCH = 8 * 2**20
NAME = r"^[-a-z0-9]{1,40}$"


class NodeIn(Body):
    """Which node asks."""

    name: str = Field("node", pattern=NAME)


class BatchIn(BaseModel):
    """What has happened at the node after an event; rows as the product itself writes them."""

    after: int = Field(0, ge=0)
    through: int = Field(0, ge=0)
    complete: bool = True
    events: str = "[]"
    rows: str = "[]"


class AnswerIn(BaseModel):
    """What a node did with a request."""

    request_key: str = Field(max_length=64)
    state: str = Field(pattern="^(done|refused)$")
    answer: dict[str, Any]

    @field_validator("answer")
    @classmethod
    def _can_be_kept(cls, said: dict[str, Any]) -> dict[str, Any]:
        if not storable(said):
            raise ValueError("the answer cannot be kept")
        return said


class ExchangeIn(NodeIn):
    """A batch, and answers to requests."""

    batch: BatchIn = Field(default_factory=lambda: BatchIn.model_validate({}))
    answers: list[AnswerIn] = Field(default_factory=list)


def attach(wish: Wish) -> dict[str, Any]:
    """Give the office to the node, with everything it needs."""
    office = Office.objects.get(pk=wish.by.office)
    node = node_attach(office=office, name=wish.body.name)
    return {
        "name": node.name,
        "merged_through": node.merged_through,
        "follow_key": office_key(office.pk),
        "bundle": bundle_of(office),
    }


def exchange(wish: Wish) -> dict[str, Any]:
    """Take in what the node has done; say what the centre wants of it."""
    office = Office.objects.get(pk=wish.by.office)
    node = merge(office=office, name=wish.body.name, batch=wish.body.batch.model_dump())
    answers_note(office, [one.model_dump() for one in wish.body.answers])
    return {
        "merged_through": node.merged_through,
        "lease": node.lease,
        "requests": waiting_requests(office),
        "news": news_of(office),
    }


def detach(wish: Wish) -> dict[str, Any]:
    """Take the office back."""
    node_detach(office=Office.objects.get(pk=wish.by.office), name=wish.body.name)
    return {"name": wish.body.name, "state": "detached"}


WAYS = (
    Way("POST", "{office}/node/attach", attach, "Give the office to a node.", needs="node",
        takes=NodeIn, answers="NodeSaid", refusals=(409, 422)),
    Way("POST", "{office}/node/exchange", exchange, "Merge what a node has done.", needs="node",
        takes=ExchangeIn, answers="NodeSaid", refusals=(409, 422), largest=LARGEST_BATCH),
    Way("POST", "{office}/node/detach", detach, "Take the office back.", needs="node",
        takes=NodeIn, answers="NodeSaid", refusals=(409, 422)),
)  # fmt: skip
