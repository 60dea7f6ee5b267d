"""What it means for the limit of people when somebody outside is called or asked in.

Nothing is refused for it: whoever stands at the door sees more than a number does. It is said.
"""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from knutpunkt.reception.desk.pages.lines import Line
from knutpunkt.reception.selectors.queue import Snapshot


def before_calling(line: Line, snap: Snapshot) -> str:
    """What to know before somebody is called: that they are outside, and whether they fit in.

    Empty for somebody who is inside, and for practice, where nobody is in the room.
    """
    said = beyond_limit(line, snap)
    if said or not line.elsewhere or line.practice:
        return said
    return _("%(ticket)s waits elsewhere and has to come in first.") % {"ticket": line.ticket}


def beyond_limit(line: Line, snap: Snapshot) -> str:
    """Say that somebody outside does not fit in; empty when they do, or no limit is on record."""
    room = snap.room_for
    if room is None or line.practice:
        return ""
    names = {"ticket": line.ticket, "limit": snap.people_limit, "room": max(0, room)}
    if line.elsewhere and line.people > room:
        said = ngettext(
            "%(ticket)s waits elsewhere and does not fit: %(n)d person would come in, "
            "and the room has space for %(room)d of %(limit)d.",
            "%(ticket)s waits elsewhere and does not fit: %(n)d people would come in, "
            "and the room has space for %(room)d of %(limit)d.",
            line.people,
        )
        return said % (names | {"n": line.people})
    if line.invited and room < 0:
        return (
            _(
                "%(ticket)s is asked in, but with everybody who is asked in there are more people "
                "than the limit of %(limit)d."
            )
            % names
        )
    return ""
