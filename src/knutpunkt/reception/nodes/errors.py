"""What can go wrong between a node and its centre."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from knutpunkt.errors import KnutpunktError


class OwnedAlready(KnutpunktError):
    """Another node owns the office."""

    code = "owned-already"
    hint = gettext_noop("Let the other node hand the office back, or take it back from it.")
    status = 409

    def __init__(self, *, office: str, owner: str) -> None:
        super().__init__(
            _("The office “%(office)s” is owned by the node “%(owner)s”.")
            % {"office": office, "owner": owner}
        )


class NotTheOwner(KnutpunktError):
    """A node sends something for an office it does not own (any more)."""

    code = "not-the-owner"
    hint = gettext_noop("Attach the node again; what it holds beyond that stays in its own file.")
    status = 409

    def __init__(self, *, office: str, name: str) -> None:
        super().__init__(
            _("The node “%(name)s” does not own the office “%(office)s”.")
            % {"office": office, "name": name}
        )


class MergeRefused(KnutpunktError):
    """Events of a node do not follow from what the centre knows."""

    code = "merge-refused"
    hint = gettext_noop("Nothing was merged. The node keeps everything; send its file to support.")
    status = 409

    def __init__(self, *, seq: int, reason: str) -> None:
        super().__init__(
            _("Event %(seq)d of the node cannot be merged: %(reason)s.")
            % {"seq": seq, "reason": reason}
        )


class BatchUnreadable(KnutpunktError):
    """What a node sends is not what a node writes."""

    code = "batch-unreadable"
    hint = gettext_noop("Nothing was merged. Send what the node's own program writes.")
    status = 422

    def __init__(self, *, part: str, reason: str) -> None:
        super().__init__(
            _("The part “%(part)s” of the batch cannot be read: %(reason)s.")
            % {"part": part, "reason": reason}
        )


class NodeNameReserved(KnutpunktError):
    """A node asks to be called as the centre is."""

    code = "node-name-reserved"
    hint = gettext_noop("Choose another name for the node.")
    status = 422

    def __init__(self, *, name: str) -> None:
        super().__init__(_("No node can be called “%(name)s”.") % {"name": name})


class CentreRefuses(KnutpunktError):
    """The centre answered a node with a refusal."""

    code = "centre-refuses"
    hint = gettext_noop("See what the centre says; the office goes on working.")
    status = 502

    def __init__(self, *, said: str) -> None:
        super().__init__(_("The centre says: %(said)s") % {"said": said})


class CentreAway(KnutpunktError):
    """There is no line to the centre."""

    code = "centre-away"
    hint = gettext_noop("The office goes on alone; everything is merged when the line is back.")
    status = 503

    def __init__(self, *, reason: str) -> None:
        super().__init__(_("The centre cannot be reached: %(reason)s.") % {"reason": reason})


class NotAttached(KnutpunktError):
    """The folder holds no office yet."""

    code = "not-attached"
    hint = gettext_noop("Give --centre and --token-file the first time, while there is a line.")
    exit_code = 2

    def __init__(self, *, office: str) -> None:
        super().__init__(
            _("This node has not been given the office “%(office)s”.") % {"office": office}
        )
