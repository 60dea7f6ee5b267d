"""What a report refuses, each with the place and what to do."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from knutpunkt.core.errors import NotFound
from knutpunkt.errors import KnutpunktError


class ReportNotBuilt(KnutpunktError):
    """The text of the report does not agree with its facts; the previous build stays."""

    code = "report-not-built"
    hint = gettext_noop("Correct the places named; the last build that succeeded stays as it is.")
    status = 409

    def __init__(self, *, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        super().__init__(f"{_('The report was not built.')} {' '.join(problems)}")


class LetterIncomplete(KnutpunktError):
    """A final report needs a covering letter without blanks."""

    code = "letter-incomplete"
    hint = gettext_noop(
        "Fill in the covering letter on the page of the report, or give it with --letter."
    )
    status = 409

    def __init__(self, *, missing: Sequence[str], labels: Sequence[str] = ()) -> None:
        self.missing = tuple(missing)
        super().__init__(
            _("A final report is not built while its covering letter lacks: %(fields)s.")
            % {"fields": ", ".join(labels or missing)}
        )


class ChangedMeanwhile(KnutpunktError):
    """Somebody else wrote the same text since it was read."""

    code = "report-changed-meanwhile"
    hint = gettext_noop(
        "Read the newer text, bring the two together and save again. Yours is not lost."
    )
    status = 409

    def __init__(self, *, part: str, by: str) -> None:
        super().__init__(
            _("“%(part)s” was changed by %(by)s after you opened it.")
            % {"part": part, "by": by or _("somebody else")}
        )


class SectionUnknown(NotFound):
    """A report has no section of this name."""

    code = "section-unknown"

    def __init__(self, *, key: str, known: Sequence[str]) -> None:
        super().__init__(f"There is no section “{key}”. There are: {', '.join(known)}.")


class ReportUnknown(NotFound):
    """No such report, or no such build of it."""

    code = "report-unknown"


class MunicipalityUnknown(NotFound):
    """No municipality has this name or code."""

    code = "municipality-unknown"
    hint = gettext_noop("Write its name as the register does, or its four-digit code.")

    def __init__(self, *, asked: str, near: Sequence[str]) -> None:
        said = _("There is no municipality “%(asked)s”.") % {"asked": asked}
        if near:
            said += " " + _("Did you mean %(near)s?") % {"near": ", ".join(near)}
        super().__init__(said)


class FormatUnknown(KnutpunktError):
    """A report cannot be written in this format."""

    code = "report-format-unknown"
    exit_code = 2

    def __init__(self, *, asked: str, known: Sequence[str]) -> None:
        self.hint = f"Choose one of {', '.join(known)}."
        super().__init__(f"A report cannot be written as “{asked}”.")


class LetterUnreadable(KnutpunktError):
    """The file with the covering letter cannot be read."""

    code = "letter-unreadable"
    exit_code = 2
    hint = gettext_noop("Write TOML: dnr = “…”, decided_by = “…” and so on, each field a text.")

    def __init__(self, *, path: str, reason: str) -> None:
        super().__init__(f"The covering letter in {path} cannot be read: {reason}.")


class FileUnwritable(KnutpunktError):
    """The report cannot be written where it was asked for."""

    code = "report-file-unwritable"
    exit_code = 2
    hint = gettext_noop("Choose a file in a folder that exists and that you may write to.")

    def __init__(self, *, path: str, reason: str) -> None:
        super().__init__(f"The report cannot be written to {path}: {reason}.")


class DayNotReached(KnutpunktError):
    """A report cannot speak of a day to come."""

    code = "report-day-not-reached"
    hint = gettext_noop("Choose today or an earlier day.")

    def __init__(self, *, day: date) -> None:
        super().__init__(
            _("%(day)s has not come yet; a report tells what is known on its day.")
            % {"day": day.isoformat()}
        )


class TextUnprintable(KnutpunktError):
    """A text holds a character the report's fonts do not have."""

    code = "report-text-unprintable"
    hint = gettext_noop("Write it with letters, digits and signs of European languages.")

    def __init__(self, *, where: str, character: str) -> None:
        super().__init__(
            _("“%(where)s” holds the character U+%(code)s, which the report cannot show.")
            % {"where": where, "code": f"{ord(character):04X}"}
        )
