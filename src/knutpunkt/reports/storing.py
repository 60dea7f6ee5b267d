"""Where builds lie: one folder for each fingerprint, whole or not at all."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from knutpunkt.core.home import home, made_home
from knutpunkt.reports.errors import FileUnwritable, ReportUnknown

FOLDER = "reports"


def kept(fingerprint: str, files: Mapping[str, bytes]) -> dict[str, dict[str, str | int]]:
    """Write the files of a build below its fingerprint; what lies there already is left alone.

    Returns
    -------
    dict
        SHA-256 and size of each file.
    """
    folder = made_home() / FOLDER
    folder.mkdir(exist_ok=True)
    target = folder / fingerprint
    if not target.is_dir():
        draft = Path(tempfile.mkdtemp(prefix=".draft-", dir=folder))
        try:
            for name, content in files.items():
                (draft / name).write_bytes(content)
            draft.rename(target)
        except OSError:
            # Somebody else has built the same report in the meantime.
            if not target.is_dir():
                raise
        finally:
            shutil.rmtree(draft, ignore_errors=True)
    return {name: _described((target / name).read_bytes()) for name in files}


def _described(content: bytes) -> dict[str, str | int]:
    return {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}


def kept_file(fingerprint: str, name: str, *, sha256: str = "") -> bytes:
    """Read a file of a build.

    Parameters
    ----------
    sha256
        Its checksum as the build recorded it; without it the file is taken as it lies.

    Raises
    ------
    ReportUnknown
        When it is not there, or is not the one that was built.
    """
    path = home() / FOLDER / fingerprint / name
    try:
        content = path.read_bytes()
    except OSError:
        raise ReportUnknown(f"The file {name} of build {fingerprint[:12]} is missing.") from None
    if sha256 and hashlib.sha256(content).hexdigest() != sha256:
        raise ReportUnknown(f"The file {name} of build {fingerprint[:12]} was altered on disk.")
    return content


def written_whole(path: Path, content: bytes) -> None:
    """Write a file whole or not at all: what stood there before stays if writing fails.

    Raises
    ------
    FileUnwritable
        When the folder is missing or may not be written.
    """
    target = path.resolve()
    if target.exists() and not target.is_file():
        raise FileUnwritable(path=str(path), reason="it is no ordinary file")
    draft = None
    try:
        with tempfile.NamedTemporaryFile(
            dir=target.parent, prefix=f".{target.name}-", delete=False
        ) as file:
            draft = Path(file.name)
            file.write(content)
        draft.chmod(0o644)
        draft.replace(target)
    except OSError as error:
        if draft is not None:
            draft.unlink(missing_ok=True)
        raise FileUnwritable(path=str(path), reason=error.strerror or str(error)) from None
