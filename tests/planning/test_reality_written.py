"""The document about reality is written whole or not at all, whoever stops it."""

import os
import resource
import signal
import subprocess
import sys
import time

import pytest

from knutpunkt.cli.main import main
from knutpunkt.engines.whole import FileUnwritable
from knutpunkt.planning.reality import reality
from knutpunkt.planning.reality.sheets import document_written, pages

pytestmark = [pytest.mark.once, pytest.mark.django_db]


@pytest.fixture(scope="module")
def answers(swedish_network, django_db_blocker):
    with django_db_blocker.unblock():
        return reality(questions=["regions"])


def files(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_every_file_of_the_document_is_written(answers, tmp_path):
    wanted = {name: text.encode() for name, text in pages(answers).items()}
    assert document_written(tmp_path, answers) == [tmp_path / name for name in wanted]
    assert files(tmp_path) == wanted


def test_where_the_disk_is_full_the_earlier_document_stays(answers, tmp_path):
    largest = max(len(text.encode()) for text in pages(answers).values())
    document_written(tmp_path, answers)
    for path in tmp_path.rglob("*.*"):
        if path.is_file():
            path.write_text("before")
    before = files(tmp_path)
    _, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    old = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (largest - 1, most))
    try:
        with pytest.raises(FileUnwritable, match="cannot be written"):
            document_written(tmp_path, answers)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
        signal.signal(signal.SIGXFSZ, old)
    assert files(tmp_path) == before


def test_a_place_that_is_no_folder_is_refused_before_the_work(
    swedish_network, db, tmp_path, capsys
):
    (tmp_path / "file").touch()
    begun = time.perf_counter()
    assert main(["siting", "reality", "--write", str(tmp_path / "file")]) == 1
    assert "file cannot be written: there is a file of that name" in capsys.readouterr().err
    assert time.perf_counter() - begun < 10


@pytest.mark.slow
@pytest.mark.parametrize("kill", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_a_command_that_is_killed_leaves_the_folder_as_it_was(tmp_path_factory, kill):
    home = tmp_path_factory.getbasetemp() / "killed-home"
    folder = tmp_path_factory.mktemp("document")
    (folder / "against-reality.md").write_text("before")
    clean = {k: v for k, v in os.environ.items() if k != "DATABASE_URL"}
    with subprocess.Popen(
        [sys.executable, "-m", "knutpunkt.cli.main", "siting", "reality", "--write", str(folder)],
        env=clean | {"KNUTPUNKT_HOME": str(home)}, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        text=True,
    ) as process:  # fmt: skip
        # Once the network is loaded the questions are answered.
        deadline = time.monotonic() + 40
        while not (home / "knutpunkt.sqlite3").exists() and time.monotonic() < deadline:
            time.sleep(0.2)
        time.sleep(3)
        process.send_signal(kill)
        out, err = process.communicate(timeout=60)
    assert process.returncode == (130 if kill == signal.SIGINT else -kill), err
    assert "Traceback" not in err
    assert (out, files(folder)) == ("", {"against-reality.md": b"before"})
