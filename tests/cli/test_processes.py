"""Commands as people start them: from any folder, on an empty data folder, several at once."""

import json
import os
import statistics
import subprocess
import sys
import time

import pytest

pytestmark = [pytest.mark.once, pytest.mark.slow]

COMMAND = [sys.executable, "-m", "knutpunkt.cli.main"]


def started(home, *arguments, **environment):
    """Start a command with a data folder of its own."""
    clean = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "KNUTPUNKT_SECRET")}
    return subprocess.Popen(
        [*COMMAND, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd="/",
        env=clean | {"KNUTPUNKT_HOME": str(home)} | environment,
    )


def ended(home, *arguments, **environment):
    process = started(home, *arguments, **environment)
    out, err = process.communicate(timeout=60)
    return process.returncode, out, err


def test_help_imports_neither_numpy_nor_django(tmp_path):
    program = (
        "import sys\n"
        "from knutpunkt.cli.main import main\n"
        "try:\n"
        "    main(['--help'])\n"
        "except SystemExit:\n"
        "    heavy = {name.partition('.')[0] for name in sys.modules}\n"
        "    print('heavy:', *heavy & {'numpy', 'django', 'highspy', 'uvicorn', 'psycopg'})\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stderr == ""
    assert "usage: knutpunkt" in done.stdout


def test_help_is_quick():
    """Beside a bare Python, so that a busy machine fails neither."""

    def seconds(command):
        begun = time.perf_counter()
        subprocess.run(command, capture_output=True, check=True)
        return time.perf_counter() - begun

    bare = statistics.median(seconds([sys.executable, "-c", "pass"]) for _ in range(5))
    whole = statistics.median(seconds([*COMMAND, "--help"]) for _ in range(5))
    assert whole - bare < 0.15


def test_the_first_read_command_loads_the_network_by_itself_and_the_second_does_not(tmp_path):
    command = ("network", "count", "--on", "2022-06-27", "--json")
    code, out, err = ended(tmp_path / "new", *command)
    assert (code, json.loads(out)["count"]) == (0, 123)
    assert "Loading the embedded network, once" in err
    code, out, err = ended(tmp_path / "new", *command)
    assert (code, json.loads(out)["count"], err) == (0, 123, "")


@pytest.mark.slow
def test_two_first_commands_at_once_both_answer(tmp_path):
    home = tmp_path / "new"
    both = [started(home, "network", "count", "--on", day, "--json") for day in DAYS]
    answers = [process.communicate(timeout=60) for process in both]
    assert [process.returncode for process in both] == [0, 0], answers
    assert [json.loads(out)["count"] for out, _ in answers] == [123, 116]
    assert sum("Loading" in err for _, err in answers) == 1


DAYS = ("2022-06-27", "2021-05-26")


def refused(answer, code, sentence):
    got, out, err = answer
    assert (got, out) == (code, ""), err
    assert err.startswith("error: ")
    assert sentence in err
    assert "Traceback" not in err


def test_a_data_folder_that_cannot_be_is_said_in_a_sentence(tmp_path):
    (tmp_path / "file").write_text("")
    refused(ended(tmp_path / "file" / "in", "network", "count"), 2, "The folder")


def test_a_file_that_is_no_database_is_said_in_a_sentence(tmp_path):
    (tmp_path / "knutpunkt.sqlite3").write_text("this is a letter, not a database. " * 100)
    refused(ended(tmp_path, "network", "count"), 2, "database")


@pytest.mark.slow
def test_a_database_that_is_not_ours_or_not_there_is_said_in_a_sentence(tmp_path):
    url = "mysql://a:b@localhost/c"
    refused(ended(tmp_path, "network", "count", DATABASE_URL=url), 2, "begins with “mysql:”")
    url = "postgresql://a:b@127.0.0.1:1/c"
    refused(ended(tmp_path, "network", "count", DATABASE_URL=url), 2, "does not answer")


@pytest.mark.slow
def test_a_reader_that_leaves_early_is_no_error(tmp_path):
    process = started(tmp_path, "network", "offices", "--all", "--json", "--on", "2022-06-27")
    process.stdout.readline()
    process.stdout.close()
    err = process.stderr.read()
    assert process.wait(timeout=60) == 0
    assert "Traceback" not in err
