"""A ticket given out at the door, with the link by which its visitor follows the queue."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse

from knutpunkt.core import clock
from knutpunkt.reception.desk.access import Post
from knutpunkt.reception.follow import follow_token
from knutpunkt.reception.kiosk.views import qr_code
from knutpunkt.reception.models import Visit
from knutpunkt.reception.models.visits import Place
from knutpunkt.reception.printing.spool import public_address

LONGEST_KEY = len(str(2**53))


@dataclass(frozen=True, slots=True)
class GivenTicket:
    """A ticket as it is shown to its visitor; ``code`` is the link as a QR code in SVG."""

    number: str
    elsewhere: bool
    link: str
    link_read: str
    code: str


def given_ticket(post: Post, visit: str, site: str) -> GivenTicket | None:
    """Read a ticket of today that is not over; nothing for anything else.

    Parameters
    ----------
    visit
        Key of the visit, as an address has it.
    site
        How this installation is reached, where it was not told how phones reach it.
    """
    if not visit.isdecimal() or len(visit) > LONGEST_KEY:
        return None
    here = Visit.objects.filter(office=post.office, local_day=clock.today(), closed_at=None)
    found = here.filter(pk=int(visit)).first()
    if found is None:
        return None
    path = reverse("follow:place", args=[follow_token(found.pk)])
    link = f"{public_address() or site.rstrip('/')}{path}"
    return GivenTicket(
        number=found.ticket,
        elsewhere=found.place == Place.ELSEWHERE,
        link=link,
        link_read=link.partition("://")[2],
        code=qr_code(link),
    )
