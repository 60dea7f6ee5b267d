"""What an event says of an errand beside its state: calls, outcomes and whereto."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from knutpunkt.reception import transitions as life
from knutpunkt.reception.counting.refusing import refusal, refuse_unless_one_of
from knutpunkt.reception.counting.standing import ErrandNow, Told

LEVELS = ("full", "guidance", "self-service", "by-booking", "video")


def _called(_told: Told, _errand: ErrandNow) -> dict[str, Any]:
    return {"calls": 1}


def _recalled(_told: Told, errand: ErrandNow) -> dict[str, Any]:
    return {"calls": errand.calls + 1}


def _finished(told: Told, _errand: ErrandNow) -> dict[str, Any]:
    refuse_unless_one_of(told, "outcome", told.outcome, life.BY_CLERK)
    referred = told.outcome == "referred_authority"
    if referred != bool(told.next_authority) or referred != bool(told.next_channel):
        raise refusal(told, "only who is referred is told to which authority and how")
    if referred:
        refuse_unless_one_of(told, "next_channel", told.next_channel, life.CHANNELS)
    beyond = told.outcome == "beyond_service_level"
    if beyond != bool(told.missing_level):
        raise refusal(told, "the missing level belongs to beyond_service_level alone")
    if beyond:
        refuse_unless_one_of(told, "missing_level", told.missing_level, LEVELS)
    return {
        "outcome": told.outcome, "next_authority": told.next_authority,
        "next_channel": told.next_channel, "missing_level": told.missing_level,
    }  # fmt: skip


def _left(told: Told, errand: ErrandNow) -> dict[str, Any]:
    usual = "aborted" if errand.state == life.PARKED else "left_before_call"
    outcome = told.outcome or usual
    refuse_unless_one_of(told, "outcome", outcome, ("left_before_call", "aborted"))
    return {"outcome": outcome}


def _swept(told: Told, errand: ErrandNow) -> dict[str, Any]:
    usual = {life.MISSED: "no_show", life.WAITING: "left_before_call"}.get(errand.state, "aborted")
    outcome = told.outcome or usual
    refuse_unless_one_of(told, "outcome", outcome, ("left_before_call", "no_show", "aborted"))
    return {"outcome": outcome}


#: New values of an errand's columns by the event that brings them, beside its state.
CHANGES: dict[str, Callable[[Told, ErrandNow], dict[str, Any]]] = {
    "called": _called,
    "recalled": _recalled,
    "finished": _finished,
    "left": _left,
    "swept": _swept,
}
