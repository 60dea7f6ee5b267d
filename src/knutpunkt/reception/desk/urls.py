"""Addresses below /reception/: every page is read, every action is a POST of its own."""

from __future__ import annotations

from django.urls import path, register_converter
from django.urls.converters import IntConverter

from knutpunkt.reception.desk.views import (
    acting,
    asking,
    closing,
    counters,
    days,
    desk,
    greeter,
    happening,
    manage,
    pools,
    practice,
)

app_name = "reception"


class KeyConverter(IntConverter):
    """A number no database is too small for."""

    regex = "[0-9]{1,16}"


register_converter(KeyConverter, "key")

OF_DESK = [
    path("", desk.offices, name="offices"),
    path("<slug:key>/", desk.desk, name="desk"),
    path("<slug:key>/list/", desk.waiting_list, name="list"),
    path("<slug:key>/why/", desk.why, name="why"),
    path("<slug:key>/counter/", counters.open_one, name="open-counter"),
    path("<slug:key>/counter/closing/", counters.close_one, name="close-counter"),
    path("<slug:key>/calls/", acting.call_next, name="call-next"),
    path("<slug:key>/errands/<key:errand>/calling/", asking.call_one, name="call-one"),
    path("<slug:key>/errands/<key:errand>/outcome/", acting.finish, name="finish"),
    path("<slug:key>/errands/<key:errand>/outcome/<slug:outcome>/", asking.step, name="step"),
    path("<slug:key>/errands/<key:errand>/transfer/", acting.transfer, name="transfer"),
    path("<slug:key>/errands/<key:errand>/interpreter/", happening.interpreter, name="interpreter"),
    path("<slug:key>/errands/<key:errand>/note/", happening.note, name="note"),
    path("<slug:key>/errands/<key:errand>/<slug:action>/", acting.act, name="act"),
    path("<slug:key>/visits/<key:visit>/errands/", acting.add, name="add"),
    path("<slug:key>/practice/", practice.give_ticket, name="practice-ticket"),
    path("<slug:key>/incidents/", happening.incident, name="incident"),
    path("<slug:key>/alarm/", happening.alarm, name="alarm"),
]
OF_GREETER = [
    path("<slug:key>/greeter/", greeter.greeter, name="greeter"),
    path("<slug:key>/greeter/list/", greeter.door_list, name="door-list"),
    path("<slug:key>/greeter/people/", greeter.count, name="count"),
    path("<slug:key>/greeter/tickets/", greeter.give_ticket, name="give-ticket"),
    path("<slug:key>/greeter/tickets/<key:visit>/print/", greeter.reprint, name="reprint"),
    path("<slug:key>/greeter/visits/<key:visit>/invitation/", greeter.invite, name="invite"),
    path("<slug:key>/greeter/visits/<key:visit>/entrance/", greeter.came_in, name="came-in"),
]
OF_MANAGER = [
    path("<slug:key>/manage/", manage.inbox, name="manage"),
    path(
        "<slug:key>/manage/incidents/<key:incident>/seen/", manage.acknowledge, name="acknowledge"
    ),
    path("<slug:key>/manage/room/", manage.room, name="room"),
    path("<slug:key>/manage/room/settings/", manage.change_room, name="change-room"),
    path("<slug:key>/manage/room/rule/", manage.change_rule, name="change-rule"),
    path("<slug:key>/manage/counters/", manage.counters, name="counters"),
    path("<slug:key>/manage/counters/kept/", manage.keep_counter, name="keep-counter"),
    path("<slug:key>/manage/counters/freed/", manage.free_counter, name="free-counter"),
    path("<slug:key>/pools/", pools.pools, name="pools"),
    path("<slug:key>/pools/kept/", pools.keep_pool, name="keep-pool"),
    path("<slug:key>/manage/faults/", manage.report_fault, name="report-fault"),
    path("<slug:key>/manage/faults/<slug:equipment>/mended/", manage.mend, name="mend"),
    path("<slug:key>/manage/tokens/", closing.tokens, name="tokens"),
    path("<slug:key>/manage/tokens/issued/", closing.issue_token, name="issue-token"),
    path("<slug:key>/manage/tokens/<key:token>/end/", closing.revoke_token, name="revoke-token"),
    path("<slug:key>/manage/day/", closing.day, name="day"),
    path("<slug:key>/manage/day/closing/", closing.close_suddenly, name="close-suddenly"),
    path("<slug:key>/manage/day/reopening/", closing.reopen, name="reopen"),
    path("<slug:key>/manage/day/end/", closing.end_day, name="end-day"),
]
OF_DAYS = [
    path("<slug:key>/days/", days.days, name="days"),
    path("<slug:key>/days/<slug:day>/", days.day_report, name="day-report"),
]
desk_urlpatterns = [*OF_DESK, *OF_GREETER, *OF_MANAGER, *OF_DAYS]
urlpatterns = desk_urlpatterns
