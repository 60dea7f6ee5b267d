"""A file is whole or not there, whatever stops the program that writes it."""

import resource
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from knutpunkt.engines import whole
from knutpunkt.engines.whole import FileUnwritable, folder_made, refuse_unwritable, whole_file

pytestmark = pytest.mark.once

HALF = """
import sys, time
from pathlib import Path
from knutpunkt.engines.whole import whole_file
with whole_file(Path(sys.argv[1])) as stream:
    stream.write(b"half" * 100_000)
    stream.flush()
    print("half", flush=True)
    time.sleep(60)
"""


def names(folder):
    return sorted(path.name for path in folder.iterdir())


@pytest.fixture(params=["without a name", "with a draft"])
def ways(request, monkeypatch):
    """Both ways of writing: with and without a file system that knows files without a name."""
    if request.param == "with a draft":
        monkeypatch.setattr(whole, "OPEN_FILES", Path("/nowhere"))


def test_a_file_appears_when_it_is_complete(tmp_path, ways):
    file = tmp_path / "f.bin"
    with whole_file(file) as stream:
        stream.write(b"new")
        assert not file.exists()
    assert (file.read_bytes(), names(tmp_path)) == (b"new", ["f.bin"])
    with whole_file(file) as stream:
        stream.write(b"newer")
        assert file.read_bytes() == b"new"
    assert file.read_bytes() == b"newer"


def test_what_fails_in_the_middle_leaves_what_was_there(tmp_path, ways):
    file = tmp_path / "f.bin"
    file.write_bytes(b"before")
    with pytest.raises(ZeroDivisionError), whole_file(file) as stream:
        stream.write(b"x" * (1 // 0))
    assert (file.read_bytes(), names(tmp_path)) == (b"before", ["f.bin"])


def test_a_full_disk_leaves_what_was_there_and_is_said(tmp_path, ways):
    file = tmp_path / "f.bin"
    file.write_bytes(b"before")
    _, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, most))
    try:
        with (
            pytest.raises(FileUnwritable, match=r"f\.bin cannot be written"),
            whole_file(file) as s,
        ):
            s.write(b"x" * 1_000_000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
        signal.signal(signal.SIGXFSZ, before)
    assert (file.read_bytes(), names(tmp_path)) == (b"before", ["f.bin"])


@pytest.mark.parametrize("kill", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_who_is_killed_in_the_middle_leaves_nothing(tmp_path, kill):
    file = tmp_path / "f.bin"
    file.write_bytes(b"before")
    with subprocess.Popen(
        [sys.executable, "-c", HALF, str(file)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as process:
        assert process.stdout.readline() == b"half\n"
        process.send_signal(kill)
        process.wait(timeout=30)
    assert file.read_bytes() == b"before"
    if whole._unnamed(tmp_path) is not None or kill == signal.SIGINT:
        assert names(tmp_path) == ["f.bin"]


def test_a_link_still_points_at_the_new_file(tmp_path, ways):
    (tmp_path / "there").mkdir()
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "there" / "f")
    with whole_file(link) as stream:
        stream.write(b"new")
    assert link.is_symlink()
    assert (tmp_path / "there" / "f").read_bytes() == b"new"


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("", "it is a folder"),
        ("missing/f", "there is no folder"),
        ("file/f", "there is no folder"),
    ],
)
def test_a_place_for_no_file_is_refused_beforehand(tmp_path, place, said):
    (tmp_path / "file").touch()
    with pytest.raises(FileUnwritable, match=said):
        refuse_unwritable(tmp_path / place)
    with pytest.raises(FileUnwritable, match="no ordinary file"):
        refuse_unwritable(Path("/dev/full"))


def test_a_folder_is_made_or_refused(tmp_path):
    folder_made(tmp_path / "a" / "b")
    folder_made(tmp_path / "a" / "b")
    assert (tmp_path / "a" / "b").is_dir()
    (tmp_path / "file").touch()
    for place in ("file", "file/below"):
        with pytest.raises(FileUnwritable):
            folder_made(tmp_path / place)
