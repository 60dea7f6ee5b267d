"""What can be chosen in the forms of an office: its services, authorities, languages, counters."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django import forms
from django.utils.translation import gettext as _

from knutpunkt.network.models import Office
from knutpunkt.reception.actors import Actor
from knutpunkt.reception.desk.names import in_page_language, names_of_offices
from knutpunkt.reception.models import Counter, CounterSession
from knutpunkt.reception.selectors.menu import Offered, is_municipal, menu_of

Choices = Sequence[tuple[str, str]]
Grouped = Sequence[tuple[str, str] | tuple[str, Choices]]


def services_at(office_key: str, by: Actor | None = None) -> Grouped:
    """Services of an office by authority; with an actor only those whose errands are theirs."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for one in menu_of(office_key):
        if by is None or _theirs(one, by):
            authority = in_page_language(one.authority_sv, one.authority_en)
            service = in_page_language(one.service_sv, one.service_en)
            groups.setdefault(authority, []).append((one.key, service))
    return [("", _("Not said yet")), *groups.items()]


def authorities_at(office_key: str) -> Choices:
    """State authorities that have services at an office."""
    found = {
        one.authority: in_page_language(one.authority_sv, one.authority_en)
        for one in menu_of(office_key)
        if not is_municipal(one.authority)
    }
    return sorted(found.items(), key=lambda one: one[1])


def service_numbers_at(office_key: str) -> Choices:
    """Services of the state at an office by their numbers, as a counter session keeps them.

    Each with its authority: several have a service of the same name.
    """
    found = [
        (
            in_page_language(one.authority_sv, one.authority_en),
            in_page_language(one.service_sv, one.service_en),
            str(one.service_id),
        )
        for one in menu_of(office_key)
        if not is_municipal(one.authority)
    ]
    return [(key, f"{authority}: {service}") for authority, service, key in sorted(found)]


def counters_at(office: Office) -> Choices:
    """Counters on record that are in use; one at which somebody sits is marked. Two queries."""
    sessions = CounterSession.objects.filter(office=office, closed_at=None)
    taken = set(sessions.values_list("counter__name", flat=True))
    known = Counter.objects.filter(office=office, in_use=True).values_list("name", flat=True)
    return [
        (name, _("%(counter)s, taken") % {"counter": name} if name in taken else name)
        for name in sorted(known, key=_by_number)
    ]


def other_offices(office: Office) -> Choices:
    """Every office but one, by name: two queries."""
    keys = dict(Office.objects.exclude(pk=office.pk).values_list("pk", "key"))
    names = names_of_offices(keys)
    named = ((key, names.get(pk, key)) for pk, key in keys.items())
    return [("", "–"), *sorted(named, key=lambda one: one[1])]


def put(form: forms.Form, name: str, choices: Iterable[tuple[str, object]]) -> None:
    """Give a field of a form its choices."""
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = list(choices)


def _by_number(name: str) -> tuple[int, str]:
    return (int(name), "") if name.isdecimal() else (10**9, name)


def _theirs(one: Offered, by: Actor) -> bool:
    if by.authority:
        return one.authority == by.authority
    return by.role in ("greeter", "office-manager") or not is_municipal(one.authority)
