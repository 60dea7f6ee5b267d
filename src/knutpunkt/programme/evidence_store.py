"""Where filed documents lie: outside the web root, under their checksum, never overwritten."""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
import zipfile
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from knutpunkt.core.home import made_home
from knutpunkt.errors import KnutpunktError
from knutpunkt.programme.models import Evidence

MOST_BYTES = 25 * 1024 * 1024
NAME_LENGTH = 200
_START = 4096

#: Endings that are taken, with the type they are served as.
TYPES = {
    ".pdf": "application/pdf",
    ".odt": "application/vnd.oasis.opendocument.text",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".txt": "text/plain; charset=utf-8",
    ".eml": "message/rfc822",
}
_BEGINS = {
    ".pdf": b"%PDF-",
    ".png": b"\x89PNG\r\n\x1a\n",
    ".jpg": b"\xff\xd8",
    ".jpeg": b"\xff\xd8",
}
_INSIDE = {".odt": "mimetype", ".docx": "word/document.xml", ".xlsx": "xl/workbook.xml"}


Uploaded = UploadedFile[Any]


class EvidenceTooLarge(KnutpunktError):
    """The file is larger than evidence may be."""

    code = "evidence-too-large"
    hint = gettext_noop("File a smaller version, or leave the file out and give its diary number.")
    status = 413


class EvidenceTypeRefused(KnutpunktError):
    """The file is of no type that is kept, or not what its name says."""

    code = "evidence-type-refused"
    hint = gettext_noop("Save the document as PDF and file that.")
    status = 415


class EvidenceUnreadable(KnutpunktError):
    """The file on record cannot be read."""

    code = "evidence-unreadable"
    hint = gettext_noop(
        "Restore the folder “evidence” from a backup; the checksum says whether it is right."
    )
    status = 500


class Stored(NamedTuple):
    """A file that is kept: its checksum, size, type and name."""

    sha256: str
    size: int
    media_type: str
    name: str


def store(upload: Uploaded) -> Stored:
    """Keep an uploaded file under its checksum; the same file twice is kept once.

    Raises
    ------
    EvidenceTooLarge, EvidenceTypeRefused
        When it may not be kept; nothing is left behind then.
    """
    name = Path(upload.name or "").name[-NAME_LENGTH:]
    ending = Path(name).suffix.lower()
    if ending not in TYPES:
        raise EvidenceTypeRefused(
            _("“%(name)s” is of no type that is kept. Kept are: %(types)s.")
            % {"name": name, "types": ", ".join(sorted(TYPES))}
        )
    folder = _folder()
    descriptor, raw = tempfile.mkstemp(dir=folder, prefix="incoming-")
    incoming = Path(raw)
    try:
        with os.fdopen(descriptor, "wb") as file:
            checksum, size = _copy(upload, file, name)
        _refuse_disguise(incoming, name, ending)
        target = _path(checksum)
        target.parent.mkdir(exist_ok=True)
        incoming.replace(target)
    finally:
        with contextlib.suppress(FileNotFoundError):
            incoming.unlink()
    return Stored(checksum, size, TYPES[ending], name)


def open_stored(evidence: Evidence) -> BinaryIO:
    """Open the file of a piece of evidence, once its checksum is found right.

    Raises
    ------
    EvidenceUnreadable
        When it is gone or altered.
    """
    try:
        file = _path(evidence.sha256).open("rb")
    except OSError:
        raise EvidenceUnreadable(
            _("The file of “%(dnr)s” is not where it was kept.") % {"dnr": evidence.dnr}
        ) from None
    if hashlib.file_digest(file, "sha256").hexdigest() != evidence.sha256:
        file.close()
        raise EvidenceUnreadable(
            _("The file of “%(dnr)s” is not the one that was filed.") % {"dnr": evidence.dnr}
        )
    file.seek(0)
    return file


def _copy(upload: Uploaded, file: BinaryIO, name: str) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    for chunk in upload.chunks():
        size += len(chunk)
        if size > MOST_BYTES:
            raise EvidenceTooLarge(
                _("“%(name)s” is larger than %(most)s megabytes.")
                % {"name": name, "most": MOST_BYTES // 1024 // 1024}
            )
        digest.update(chunk)
        file.write(chunk)
    file.flush()
    os.fsync(file.fileno())
    return digest.hexdigest(), size


def _refuse_disguise(path: Path, name: str, ending: str) -> None:
    """Refuse a file whose content is not what its ending says."""
    with path.open("rb") as file:
        start = file.read(_START)
    if ending in _BEGINS:
        right = start.startswith(_BEGINS[ending])
    elif ending in _INSIDE:
        right = _holds(path, _INSIDE[ending])
    else:
        right = bool(start) and b"\x00" not in start
    if not right:
        raise EvidenceTypeRefused(
            _("The content of “%(name)s” is not what its name says.") % {"name": name}
        )


def _holds(path: Path, member: str) -> bool:
    try:
        with zipfile.ZipFile(path) as archive:
            return member in archive.namelist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, EOFError, OSError):
        # A damaged archive fails in as many ways as it has fields.
        return False


def _folder() -> Path:
    folder = made_home() / "evidence"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def _path(checksum: str) -> Path:
    return _folder() / checksum[:2] / checksum
