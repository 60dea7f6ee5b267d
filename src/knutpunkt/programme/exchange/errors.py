"""What an exchange of files refuses, one class per thing the caller can act on."""

from __future__ import annotations

from collections.abc import Sequence

from knutpunkt.errors import KnutpunktError

SHOWN = 5


class FileTooLarge(KnutpunktError):
    """A file is larger than anything this programme could have written."""

    code = "file-too-large"
    hint = "Export the file anew and fill it in; take pictures and further sheets out."
    status = 413

    def __init__(self, *, size: int, limit: int, what: str = "The file") -> None:
        super().__init__(f"{what} has {size} bytes; at most {limit} are read.")


class FileTooDeep(KnutpunktError):
    """A file has more parts, rows or nested elements than are read."""

    code = "file-too-deep"
    hint = "Export the file anew and fill it in."
    status = 413

    def __init__(self, *, what: str, limit: int) -> None:
        super().__init__(f"The file has more than {limit} {what}.")


class NotAWorkbook(KnutpunktError):
    """The file is no XLSX workbook."""

    code = "not-a-workbook"
    hint = "Save the sheet as an Excel workbook (.xlsx) and import that."

    def __init__(self, *, reason: str) -> None:
        super().__init__(f"The file is not an XLSX workbook: {reason}.")


class NotAStatusSheet(KnutpunktError):
    """The workbook was not written here, or lost what says so."""

    code = "not-a-status-sheet"
    hint = "Export the status sheet anew and fill that in; keep all its sheets and columns."

    def __init__(self, *, reason: str) -> None:
        super().__init__(f"The workbook is not a status sheet: {reason}.")


class NotProjectXml(KnutpunktError):
    """The file is no project in the XML format of MS Project."""

    code = "not-project-xml"
    hint = "In MS Project choose Save As, XML Format (*.xml)."

    def __init__(self, *, reason: str) -> None:
        super().__init__(f"The file is not a project in XML: {reason}.")


class DeclarationsRefused(KnutpunktError):
    """An XML file declares a document type; entities could make it endless."""

    code = "declarations-refused"
    hint = "Export the file anew; neither MS Project nor Excel writes such a declaration."

    def __init__(self, *, part: str) -> None:
        super().__init__(f"{part} declares a document type or entities, which are not read.")


class FileOfAnotherProgramme(KnutpunktError):
    """The file belongs to another programme."""

    code = "file-of-another-programme"
    status = 409

    def __init__(self, *, found: str, programme: str) -> None:
        self.hint = f"Import it at the programme “{found}”, or export from “{programme}”."
        super().__init__(f"The file belongs to the programme “{found}”, not to “{programme}”.")


class ImportHasProblems(KnutpunktError):
    """Something in the file is wrong, so nothing of it is taken over."""

    code = "import-has-problems"
    hint = "Correct the cells named and import the file again; nothing was stored."
    status = 409

    def __init__(self, *, sentences: Sequence[str]) -> None:
        more = f" (and {len(sentences) - SHOWN} more)" if len(sentences) > SHOWN else ""
        super().__init__(f"Nothing was stored. {' '.join(sentences[:SHOWN])}{more}")


class NothingToApply(KnutpunktError):
    """The file says what the programme says already."""

    code = "nothing-to-apply"
    hint = "Fill in the file before importing it."
    status = 409

    def __init__(self) -> None:
        super().__init__("The file changes nothing.")


class ProgrammeChangedMeanwhile(KnutpunktError):
    """Between showing the changes and approving them somebody else changed the same projects."""

    code = "programme-changed-meanwhile"
    hint = "Import the same file again and look at the changes anew; nothing was stored."
    status = 409

    def __init__(self, *, programme: str) -> None:
        super().__init__(f"Projects of “{programme}” were changed since these changes were shown.")


class ChangesUnreadable(KnutpunktError):
    """What was to be approved is damaged, forged or too old."""

    code = "changes-unreadable"
    hint = "Import the file again."

    def __init__(self, *, reason: str) -> None:
        super().__init__(f"The changes to approve cannot be read: {reason}.")
