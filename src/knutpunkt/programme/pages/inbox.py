"""What waits for a manager, with the page to go to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from knutpunkt.programme.models import ChangeRequest, Gate, Lease, Premises, Programme, Project
from knutpunkt.programme.pages.words import day, said
from knutpunkt.programme.selectors.items import ORDER, InboxItem
from knutpunkt.programme.selectors.overdue import NEVER_REPORTED

Addresses = dict[str, str]


@dataclass(frozen=True, slots=True)
class Item:
    """A line of the inbox; ``href`` is empty where nothing more can be seen."""

    sentence: str
    since: str
    programme: str
    href: str


@dataclass(frozen=True, slots=True)
class Pile:
    """Items of one urgency; ``silent`` are those of which ``silence`` says the same."""

    key: str
    title: str
    items: tuple[Item, ...]
    silent: tuple[Item, ...]
    silence: str
    count: int


@dataclass(frozen=True, slots=True)
class InboxPage:
    """All that waits, the most pressing first; ``key`` is empty when it is of all programmes."""

    key: str
    title: str
    piles: tuple[Pile, ...]


def inbox_page(items: Sequence[InboxItem], programme: Programme | None) -> InboxPage:
    """Write out an inbox: six queries besides those that found the items."""
    href = addresses_of(items)
    titles = {row.key: said(row, "title") for row in Programme.objects.all()}
    names = {"late": _("Overdue"), "soon": _("Soon"), "note": _("To look at")}
    piles = []
    for severity in ORDER:
        own = [one for one in items if one.severity == severity]
        silent = [one for one in own if one.message == NEVER_REPORTED]
        silent = silent if len(silent) > 1 else []
        piles.append(
            Pile(
                key=severity,
                title=names[severity],
                items=tuple(_item(one, href, titles) for one in own if one not in silent),
                silent=tuple(_item(one, href, titles) for one in silent),
                silence=_silence(len(silent)),
                count=len(own),
            )
        )
    return InboxPage(
        key=programme.key if programme else "",
        title=said(programme, "title") if programme else "",
        piles=tuple(piles),
    )


def _silence(projects: int) -> str:
    """Say of how many projects nobody has reported anything; empty for none."""
    told = ngettext(
        "%(n)d project has had no status report since its work began.",
        "%(n)d projects have had no status report since their work began.",
        projects,
    )
    return told % {"n": projects} if projects else ""


def _item(one: InboxItem, href: Addresses, titles: dict[str, str]) -> Item:
    return Item(
        sentence=one.sentence,
        since=day(one.since),
        programme=titles.get(one.programme, ""),
        href=href.get(f"{one.target.kind}:{one.target.key}", ""),
    )


def addresses_of(items: Iterable[InboxItem]) -> Addresses:
    """Addresses of what items are about: a query for each kind there is, five at most."""
    wanted: dict[str, set[str]] = {}
    for one in items:
        wanted.setdefault(one.target.kind, set()).add(one.target.key)
    found: Addresses = {}
    for kind, keys in wanted.items():
        if kind in ADDRESSES:
            found |= {f"{kind}:{key}": href for key, href in ADDRESSES[kind](keys).items()}
    return found


def _gates(keys: set[str]) -> Addresses:
    parts = ("pk", "project__slot__programme__key", "project__slot__key", "key")
    rows = Gate.objects.filter(pk__in=keys).values_list(*parts)
    return {str(pk): reverse("programme:gate", args=where) for pk, *where in rows}


def _projects(keys: set[str]) -> Addresses:
    rows = Project.objects.filter(pk__in=keys)
    found = rows.values_list("pk", "slot__programme__key", "slot__key")
    return {str(pk): reverse("programme:project", args=where) for pk, *where in found}


def _changes(keys: set[str]) -> Addresses:
    rows = ChangeRequest.objects.filter(pk__in=keys).values_list("pk", "programme__key")
    return {str(pk): f"{reverse('programme:changes', args=[key])}#change-{pk}" for pk, key in rows}


def _leases(keys: set[str]) -> Addresses:
    rows = Lease.objects.filter(pk__in=keys).values_list(
        "pk", "programme__key", "premises__slot__programme__key"
    )
    return {
        str(pk): f"{reverse('programme:money', args=[own or other])}#leases"
        for pk, own, other in rows
        if own or other
    }


def _premises(keys: set[str]) -> Addresses:
    rows = Premises.objects.filter(pk__in=keys)
    found = rows.values_list("pk", "slot__programme__key", "slot__key")
    return {str(pk): reverse("programme:premises", args=where) for pk, *where in found}


def _slots(keys: set[str]) -> Addresses:
    return {key: reverse("programme:project", args=key.split("/", 1)) for key in keys}


def _programmes(keys: set[str]) -> Addresses:
    return {key: reverse("programme:portfolio", args=[key]) for key in keys}


ADDRESSES: dict[str, Callable[[set[str]], Addresses]] = {
    "gate": _gates,
    "project": _projects,
    "change": _changes,
    "lease": _leases,
    "premises": _premises,
    "slot": _slots,
    "programme": _programmes,
    "mandate": lambda keys: {key: reverse("public:mandate", args=[key]) for key in keys},
}
"""What each kind of target has for a page. Agreements are seen in the administration only."""
