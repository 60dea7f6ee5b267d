"""The reception in the administration: to look at. What happens, happens at the desk."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from knutpunkt.core.admin import HouseAdmin
from knutpunkt.reception import models


class Looking(HouseAdmin):
    """Rows that only the reception's own services write."""

    read_permission = "reception.view_log"
    write_permission = "reception.view_log"
    list_per_page = 50
    show_full_result_count = False  # a year of events is not counted for a page

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002  # Django's signature
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002  # the same
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002  # the same
        return False


def _looked_at(model: Any, *shown: str, search: tuple[str, ...], **more: Any) -> None:
    """Register a model with its columns; ``more`` are further attributes of the admin."""
    related = tuple(
        name for name in shown if getattr(model._meta.get_field(name), "many_to_one", False)
    )
    values = {
        "list_display": shown,
        "search_fields": search,
        "list_select_related": related or False,
        **more,
    }
    admin.site.register(model, type(f"{model.__name__}Admin", (Looking,), values))


AT_OFFICE = ("office__key",)
_looked_at(models.QueueRule, "key", "version", "strict", "recorded_by", search=("key",))
_looked_at(models.Room, "office", "people_limit", "rule", "simulated", search=AT_OFFICE)
_looked_at(models.OfficeSequence, "office", "last", "owner", search=("office__key", "owner"))
_looked_at(models.Counter, "office", "name", "in_use", search=("office__key", "name"))
_looked_at(
    models.CounterSession, "office", "counter", "staff", "mode", "opened_at", "closed_at",
    search=("office__key", "staff"), exclude=("holder",),
)  # fmt: skip
_looked_at(
    models.AccessToken, "office", "role", "name", "issued_at", "expires_at", "revoked_at",
    search=("office__key", "name"),
)  # fmt: skip
_looked_at(
    models.Visit, "office", "local_day", "series", "number", "place", "opened_at", "closed_at",
    search=AT_OFFICE, list_filter=("arrival", "practice", "simulated"),
)  # fmt: skip
_looked_at(
    models.Errand, "office", "visit", "ordinal", "authority", "state", "outcome", "version",
    search=("office__key", "authority"), list_filter=("state",),
    raw_id_fields=("visit", "parent", "session"),
)  # fmt: skip
_looked_at(
    models.Event, "office", "office_seq", "kind", "at", "ticket", "counter", "state", "version",
    search=("office__key", "ticket"),
)  # fmt: skip
_looked_at(models.TicketCounter, "office", "local_day", "series", "last", search=AT_OFFICE)
_looked_at(
    models.PrintJob, "visit", "state", "attempts", "problem", "changed_at",
    search=("visit__office__key",),
)  # fmt: skip
_looked_at(models.OfficeDay, "office", "local_day", "ended_at", search=AT_OFFICE)
# What is written in a note, an account of an incident or a contact is nobody's to browse.
_looked_at(
    models.ErrandNote, "errand", "purge_after", search=("errand__office__key",), exclude=("text",)
)
_looked_at(
    models.BookingContact, "booking", "purge_after", search=("booking__office__key",),
    exclude=("email", "phone"),
)  # fmt: skip
_looked_at(
    models.Incident, "office", "kind", "happened_at", "counter", "acknowledged_at",
    search=AT_OFFICE, exclude=("account",),
)  # fmt: skip
_looked_at(
    models.BookingPool, "office", "key", "slot_minutes", "staff", "valid_from", "valid_to",
    search=("office__key", "key"),
)  # fmt: skip
_looked_at(
    models.SlotCapacity, "pool", "starts_at", "cap", "taken", "acute",
    search=("pool__office__key",),
)  # fmt: skip
_looked_at(
    models.Booking, "office", "slot", "service", "status", "made_at", search=AT_OFFICE,
    list_filter=("status",),
)  # fmt: skip
_looked_at(
    models.OutboxMessage, "booking", "kind", "state", "due_at", "sent_at",
    search=("booking__office__key",),
)  # fmt: skip
_looked_at(
    models.Closure, "office", "begins_at", "ends_at", "reason", "decided_by", search=AT_OFFICE
)
_looked_at(models.EquipmentFault, "office", "equipment", "broken_at", "mended_at", search=AT_OFFICE)
_looked_at(
    models.InterpreterOrder, "errand", "language", "way", "state", "ordered_at",
    search=("errand__office__key",),
)  # fmt: skip
_looked_at(
    models.Node, "office", "name", "attached_at", "seen_at", "merged_through", "detached_at",
    search=("office__key", "name"),
)  # fmt: skip
_looked_at(models.NodeRequest, "office", "action", "state", "asked_at", search=AT_OFFICE)
_looked_at(
    models.MonthSheet, "office", "month", "rows", "through_seq", "made_at", search=AT_OFFICE,
    exclude=("columns",),
)  # fmt: skip
_looked_at(
    models.NetworkSheet, "month", "rows", "made_at", search=("digest",), exclude=("columns",)
)
_looked_at(
    models.Audit, "made_at", "first_day", "last_day", "offices", "events", "seconds",
    search=("version",),
)  # fmt: skip
