"""Files that are whole or not there, whatever stops the program that writes them."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from knutpunkt.errors import KnutpunktError

#: What is said where a file system has no files without a name.
UNNAMED_UNKNOWN = frozenset({errno.EOPNOTSUPP, errno.EISDIR, errno.EINVAL, errno.ENOSYS})
#: Where links to open files stand.
OPEN_FILES = Path("/proc/self/fd")


class FileUnwritable(KnutpunktError):
    """A file cannot be written where it is asked for."""

    code = "file_unwritable"
    hint = "Choose a folder that is there, that you may write to, and that has room."

    def __init__(self, *, file: str, why: str) -> None:
        super().__init__(f"{file} cannot be written: {why}.")
        self.file, self.why = file, why


def refuse_unwritable(path: Path) -> None:
    """Refuse a place where no file can be written, before anything is worked out for it.

    Raises
    ------
    FileUnwritable
        When the folder is missing or may not be written to, or something else has the name.
    """
    target = path.resolve()
    if target.is_dir():
        raise FileUnwritable(file=str(path), why="it is a folder")
    if target.exists() and not target.is_file():
        raise FileUnwritable(file=str(path), why="it is no ordinary file")
    if not target.parent.is_dir():
        raise FileUnwritable(file=str(path), why=f"there is no folder {path.parent}")
    if not os.access(target.parent, os.W_OK | os.X_OK):
        raise FileUnwritable(file=str(path), why=f"nobody but others may write to {path.parent}")


def folder_made(folder: Path) -> None:
    """Make a folder for files, with those above it, if it is not there.

    Raises
    ------
    FileUnwritable
        When it cannot be made, or may not be written to.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        why = "there is a file of that name" if folder.is_file() else problem.strerror
        raise FileUnwritable(file=str(folder), why=why or str(problem)) from problem
    if not os.access(folder, os.W_OK | os.X_OK):
        raise FileUnwritable(file=str(folder), why="nobody but others may write there")


@contextmanager
def whole_file(path: Path) -> Iterator[IO[bytes]]:
    """Open a file that takes its name when it is complete; what had the name stays until then.

    Where the file system can, the file has no name before that, so that nothing is left behind
    even when the program is killed in the middle.

    Raises
    ------
    FileUnwritable
        When it cannot be written; nothing is left behind, and what stood there stays.
    """
    refuse_unwritable(path)
    target = path.resolve()
    try:
        stream = _unnamed(target.parent)
        if stream is None:
            with _named(target) as stream:
                yield stream
            return
        with stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
            _take_name(stream.fileno(), target)
    except OSError as problem:
        raise FileUnwritable(file=str(path), why=problem.strerror or str(problem)) from problem


def _unnamed(folder: Path) -> IO[bytes] | None:
    kind = getattr(os, "O_TMPFILE", 0)
    if not kind or not OPEN_FILES.is_dir():
        return None
    try:
        return os.fdopen(os.open(folder, kind | os.O_RDWR, 0o666), "w+b")
    except OSError as problem:
        if problem.errno in UNNAMED_UNKNOWN:
            return None
        raise


def _take_name(descriptor: int, target: Path) -> None:
    draft = target.with_name(f".{target.name}-{os.getpid()}")
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        draft.unlink(missing_ok=True)
        # With a folder given the link is followed to the open file; without, it would be linked.
        os.link(OPEN_FILES / str(descriptor), draft, src_dir_fd=folder, follow_symlinks=True)
        draft.replace(target)
    finally:
        os.close(folder)
        with suppress(OSError):
            draft.unlink(missing_ok=True)


@contextmanager
def _named(target: Path) -> Iterator[IO[bytes]]:
    descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}-")
    draft = Path(name)
    try:
        with os.fdopen(descriptor, "w+b") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        draft.chmod(0o644)
        draft.replace(target)
    finally:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
