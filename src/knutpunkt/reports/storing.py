"""Where builds lie: one folder for each fingerprint, whole or not at all."""

from __future__ import annotations

import hashlib
import os
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


def kept_file(fingerprint: str, name: str) -> bytes:
    """Read a file of a build.

    Raises
    ------
    ReportUnknown
        When it is not there.
    """
    path = home() / FOLDER / fingerprint / name
    try:
        return path.read_bytes()
    except OSError:
        raise ReportUnknown(f"The file {name} of build {fingerprint[:12]} is missing.") from None


def written_whole(path: Path, content: bytes) -> None:
    """Write a file whole or not at all: what stood there before stays if writing fails.

    Raises
    ------
    FileUnwritable
        When the folder is missing or may not be written.
    """
    try:
        with tempfile.NamedTemporaryFile(
            dir=path.absolute().parent, prefix=f".{path.name}-", delete=False
        ) as draft:
            draft.write(content)
        os.chmod(draft.name, 0o644)  # noqa: PTH101  # the draft is known by name only
        Path(draft.name).replace(path)
    except OSError as error:
        raise FileUnwritable(path=str(path), reason=error.strerror or str(error)) from None
