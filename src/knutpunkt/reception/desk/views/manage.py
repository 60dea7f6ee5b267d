"""What an office manager does: the inbox, the room and its rule, counters and equipment."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from knutpunkt.errors import KnutpunktError
from knutpunkt.reception.desk.access import Post, at_my_office, posted_from
from knutpunkt.reception.desk.counters import counter_keep
from knutpunkt.reception.desk.manage_forms import CounterForm, FaultForm, RoomForm, RuleForm
from knutpunkt.reception.desk.pages import managing
from knutpunkt.reception.desk.views.answering import (
    Refusal,
    answer_manage,
    answer_page,
    refusal_of,
)
from knutpunkt.reception.services import happenings
from knutpunkt.reception.services.freeing import counter_free
from knutpunkt.reception.services.rooms import room_change, rule_add


@require_safe
@at_my_office("manage")
def inbox(request: HttpRequest, post: Post) -> HttpResponse:
    """Show alarms, incidents, faults and whether the office is closed."""
    return inbox_response(request, post)


@posted_from("reception:desk")
@at_my_office("incident")
def acknowledge(request: HttpRequest, post: Post, incident: int) -> HttpResponse:
    """Say that an incident or an alarm was seen."""
    try:
        happenings.incident_acknowledge(by=post.by, incident=incident)
    except KnutpunktError as error:
        return answer_page(request, post, "refused", here="desk", refusal=refusal_of(error))
    came_from = request.POST.get("from", "")
    page = came_from if came_from in ("desk", "greeter") else "manage"
    return redirect(f"reception:{page}", post.key)


@require_safe
@at_my_office("manage")
def room(request: HttpRequest, post: Post) -> HttpResponse:
    """Show what the room is set to, and the rule of its queue with its versions."""
    return room_response(request, post)


@posted_from("reception:room")
@at_my_office("manage")
def change_room(request: HttpRequest, post: Post) -> HttpResponse:
    """Change what the room is set to."""
    form = RoomForm(request.POST, room=managing.room_to_manage(post), auto_id="room-%s")
    if not form.is_valid():
        return room_response(request, post, room_form=form, status=400)
    try:
        room_change(office=post.office, by=post.account, **form.values())
    except KnutpunktError as error:
        return room_response(request, post, room_form=form, refusal=refusal_of(error))
    messages.success(request, _("The room is set. It holds from the next ticket on."))
    return redirect("reception:room", post.key)


@posted_from("reception:room")
@at_my_office("manage")
def change_rule(request: HttpRequest, post: Post) -> HttpResponse:
    """Write the next version of the office's own rule, and follow it."""
    now = managing.room_to_manage(post)
    form = RuleForm(request.POST, rule=now.rule, auto_id="rule-%s")
    if not form.is_valid():
        return room_response(request, post, rule_form=form, status=400)
    try:
        # A rule shared with other offices is not changed under them: this office gets its own.
        rule = rule_add(key=post.key[:40], by=post.account, **form.values())
        room_change(office=post.office, by=post.account, rule=rule)
    except KnutpunktError as error:
        return room_response(request, post, rule_form=form, refusal=refusal_of(error))
    messages.success(request, _("The queue follows version %(n)d now.") % {"n": rule.version})
    return redirect("reception:room", post.key)


@require_safe
@at_my_office("manage")
def counters(request: HttpRequest, post: Post) -> HttpResponse:
    """Show the counters, what stands at them, and what does not work."""
    return counters_response(request, post)


@posted_from("reception:counters")
@at_my_office("manage")
def keep_counter(request: HttpRequest, post: Post) -> HttpResponse:
    """Put a counter on record or change it."""
    equipment = managing.equipment_at(post.office)
    form = CounterForm(request.POST, equipment=equipment, auto_id="counter-%s")
    if not form.is_valid():
        return counters_response(request, post, counter_form=form, status=400)
    return _counters_done(
        request,
        post,
        lambda: counter_keep(by=post.by, office=post.office, **form.cleaned_data),
        counter_form=form,
    )


@posted_from("reception:counters")
@at_my_office("manage")
def free_counter(request: HttpRequest, post: Post) -> HttpResponse:
    """Close a counter its clerk has left; whoever stood there waits again."""
    counter = request.POST.get("counter", "")
    return _counters_done(request, post, lambda: counter_free(by=post.by, counter=counter))


@posted_from("reception:counters")
@at_my_office("equipment")
def report_fault(request: HttpRequest, post: Post) -> HttpResponse:
    """Say that equipment does not work."""
    form = FaultForm(request.POST, equipment=managing.equipment_at(post.office), auto_id="fault-%s")
    if not form.is_valid():
        return counters_response(request, post, fault_form=form, status=400)
    what = form.cleaned_data["equipment"]
    return _counters_done(
        request, post, lambda: happenings.equipment_broken(by=post.by, equipment=what)
    )


@posted_from("reception:counters")
@at_my_office("equipment")
def mend(request: HttpRequest, post: Post, equipment: str) -> HttpResponse:
    """Say that equipment works again."""
    return _counters_done(
        request, post, lambda: happenings.equipment_mended(by=post.by, equipment=equipment)
    )


def inbox_response(
    request: HttpRequest, post: Post, *, refusal: Refusal | None = None
) -> HttpResponse:
    """Answer with the inbox."""
    shown: dict[str, Any] = {"inbox": managing.inbox_of(post)}
    return answer_manage(request, post, "manage", refusal=refusal, **shown)


def room_response(
    request: HttpRequest, post: Post, *, refusal: Refusal | None = None, status: int = 200,
    **forms: Any,
) -> HttpResponse:  # fmt: skip
    """Answer with the settings of the room; a refused form comes back as it was filled in."""
    room = managing.room_to_manage(post)
    shown: dict[str, Any] = {
        "rule": room.rule,
        "versions": managing.versions_of(room),
        "room_form": RoomForm(room=room, auto_id="room-%s"),
        "rule_form": RuleForm(rule=room.rule, auto_id="rule-%s"),
        **forms,
    }
    return answer_manage(request, post, "room", refusal=refusal, status=status, **shown)


def counters_response(
    request: HttpRequest, post: Post, *, refusal: Refusal | None = None, status: int = 200,
    **forms: Any,
) -> HttpResponse:  # fmt: skip
    """Answer with the counters and the equipment."""
    equipment = managing.equipment_at(post.office)
    shown: dict[str, Any] = {
        "counters": managing.counters_of(post.office),
        "open_ones": managing.open_counters_of(post.office),
        "faults": managing.faults_of(post.office),
        "counter_form": CounterForm(equipment=equipment, auto_id="counter-%s"),
        "fault_form": FaultForm(equipment=equipment, auto_id="fault-%s") if equipment else None,
        **forms,
    }
    return answer_manage(request, post, "counters", refusal=refusal, status=status, **shown)


def _counters_done(
    request: HttpRequest, post: Post, do: Callable[[], object], **forms: Any
) -> HttpResponse:
    try:
        do()
    except KnutpunktError as error:
        return counters_response(request, post, refusal=refusal_of(error), **forms)
    return redirect("reception:counters", post.key)
