"""What happens to an errand, one address for each action."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import connection

from knutpunkt.reception.api.asked import Wish
from knutpunkt.reception.api.schemas import (
    AddIn,
    AtCounter,
    BeginIn,
    FinishIn,
    TransferIn,
    named,
)
from knutpunkt.reception.api.ways import CREATED, Deed, Way
from knutpunkt.reception.errors import ErrandUnknown
from knutpunkt.reception.services import calls, visits
from knutpunkt.reception.services.answers import Answer
from knutpunkt.reception.services.asking import concerns

#: The errand or the counter is not as the action needs it.
IN_THE_WAY = (409,)


def acts(service: Callable[..., Answer]) -> Deed:
    """Make a deed of a service that takes nothing but the errand."""

    def deed(wish: Wish) -> dict[str, Any]:
        return service(**_about(wish)).as_dict()

    return deed


def begin(wish: Wish) -> dict[str, Any]:
    """The visitor has come; what it is about may be said now."""
    return calls.errand_begin(**_about(wish), **_subject(wish)).as_dict()


def finish(wish: Wish) -> dict[str, Any]:
    """End it with an outcome."""
    body: FinishIn = wish.body
    ended = calls.errand_finish(
        **_about(wish),
        **_subject(wish),
        outcome=body.outcome or "",
        next_authority=body.next_authority or "",
        next_channel=body.next_channel or "",
        missing_level=body.missing_level or "",
    )
    return ended.as_dict()


def transfer(wish: Wish) -> dict[str, Any]:
    """Send it to another queue; the answer is about the errand that goes on there."""
    to = named(wish.body.to_counter)
    return calls.errand_transfer(**_about(wish), **_subject(wish), to_counter=to).as_dict()


def add(wish: Wish) -> dict[str, Any]:
    """Another errand of the same visit."""
    body: AddIn = wish.body
    added = visits.errand_add(
        by=wish.by,
        visit=_visit_of(wish),
        begin=body.begin,
        counter=named(body.counter),
        **_subject(wish),
        **wish.once,
    )
    return added.as_dict()


def _visit_of(wish: Wish) -> int:
    """The visit of an errand the actor may see."""
    errand = int(wish.words["errand"])
    with connection.cursor() as cursor:
        cursor.execute("SELECT visit_id, authority FROM reception_errand WHERE id = %s", [errand])
        found = cursor.fetchone()
    if found is None or not concerns(wish.by, found[1]):
        raise ErrandUnknown(errand=errand)
    return int(found[0])


def _about(wish: Wish) -> dict[str, Any]:
    return {"by": wish.by, "errand": int(wish.words["errand"]), **wish.body.at, **wish.once}


def _subject(wish: Wish) -> dict[str, Any]:
    return {"authority": wish.body.authority or "", "service": wish.body.service or ""}


def act(name: str, does: Deed, summary: str, **more: Any) -> Way:
    """One address of an action."""
    usual: dict[str, Any] = {"needs": "serve", "takes": AtCounter, "refusals": IN_THE_WAY}
    return Way("POST", f"errands/{{errand}}/{name}", does, summary, **(usual | more))


WAYS = (
    act("begin", begin, "Begin to serve whoever was called.", takes=BeginIn),
    act("finish", finish, "Finish with an outcome.", takes=FinishIn),
    act("park", acts(calls.errand_park), "Put it aside; the counter is free for another."),
    act("resume", acts(calls.errand_resume), "Go on with what was parked."),
    act("release", acts(calls.errand_release), "Let what was parked wait again."),
    act("transfer", transfer, "Pass it on to another queue or counter.", takes=TransferIn),
    act("no-show", acts(calls.errand_miss), "Whoever was called did not come."),
    act("recall", acts(calls.errand_recall), "Call the same visitor again."),
    act("undo", acts(calls.errand_undo), "Take back the last action.", needs="look"),
    act(
        "reactivate", acts(calls.errand_reactivate), "Let somebody who was missed wait again.",
        needs="reactivate",
    ),
    act("leave", acts(calls.errand_leave), "Somebody left before being served.", needs="leave"),
    act("add", add, "Add an errand to the same visit.", needs="add", takes=AddIn, status=CREATED),
)  # fmt: skip
