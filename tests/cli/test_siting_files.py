"""What is wrong with a file or an option is said with its place, and nothing is left half done."""

import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import time

import numpy as np
import pytest

from knutpunkt.cli.main import main

pytestmark = pytest.mark.once

DEMAND = "key,lat,lon,persons\nnorth,60,15,100\nmiddle,59.5,15,10\nsouth,59,15,80\n"
SITES = "key,lat,lon,open,cost\nn,60,15,1,5\nm,59.5,15,0,2\ns,59,15,0,9\n"
COSTS = "demand,site,cost\nnorth,n,1\nmiddle,n,2\nsouth,n,4\nsouth,s,0\n"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder with a question in it, as the one the command is started in."""
    files = {"d.csv": DEMAND, "s.csv": SITES, "c.csv": COSTS}
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def said(folder, capsys):
    """What the command says, and the code it ends with."""

    def run(*words, command=("siting", "solve")):
        if command == ("siting", "solve"):
            given = {"--demand": "d.csv", "--sites": "s.csv", "--open": "1"}
            words = (*sum(((k, v) for k, v in given.items() if k not in words), ()), *words)
        capsys.readouterr()
        try:
            code = main([*command, *words])
        except SystemExit as end:
            code = end.code
        printed = capsys.readouterr()
        assert "Traceback" not in printed.err
        return code, printed.err if "error: " in printed.err else printed.out

    return run


# --- files ---


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("d.csv", DEMAND.replace("100", "-1"), "d.csv, line 2: persons is '-1', below 0."),
        ("d.csv", DEMAND.replace("100", "1e308"), "line 2: persons is '1e308', above 1e+12."),
        ("d.csv", DEMAND.replace("100", ""), "line 2: persons is '', not a number."),
        ("d.csv", DEMAND + "north,1,1,1\n", "line 5: key 'north' stands in line 2 too."),
        ("d.csv", DEMAND.replace("north", ""), "line 2: key is empty."),
        ("s.csv", SITES.replace("15,1,5", "15,perhaps,5"), "s.csv, line 2: open is 'perhaps'"),
        ("s.csv", SITES.partition("\n")[0], "s.csv, line 2: there is no row."),
        ("c.csv", COSTS + "north,n,3\n", "line 6: the cost from 'north' to 'n' stands there twice"),
        ("c.csv", COSTS.replace("south,s", "south,q"), "line 5: site 'q' is not in the file of th"),
        ("c.csv", COSTS.replace("south,s", "west,s"), "line 5: demand 'west' is not in the file"),
        ("c.csv", COSTS.replace("s,0", "s,nan"), "line 5: cost is 'nan', not a finite number."),
        ("c.csv", COSTS.replace("s,0", "s,-4"), "line 5: cost is '-4', below 0."),
    ],
)
def test_a_cell_that_cannot_be_is_named(said, folder, name, content, sentence):
    (folder / name).write_text(content)
    code, words = said("--costs", "c.csv")
    assert (code, sentence in words, "hint: " in words) == (1, True, True), words


def test_a_place_that_is_not_on_earth_is_named(said, folder):
    (folder / "d.csv").write_text(DEMAND.replace("59,15", "59,1500"))
    assert "d.csv, line 4: lon is '1500', above 180." in said()[1]


def test_a_spreadsheet_in_another_language_asks_the_same_question(said, folder):
    code, plain = said("--json")
    for name, text in (("d.csv", DEMAND), ("s.csv", SITES)):
        swedish = text.replace(",", ";").replace("59.5", "59,5").replace("\n", "\r\n")
        (folder / name).write_bytes(b"\xef\xbb\xbf" + swedish.encode() + b"\r\n;;\r\n")
    again_code, again = said("--json")
    first, second = json.loads(plain), json.loads(again)
    first.pop("seconds"), second.pop("seconds")
    assert (code, again_code, first) == (0, 0, second)


@pytest.mark.parametrize("option", ["--demand", "--sites", "--costs", "--rules"])
@pytest.mark.parametrize(
    ("place", "sentence"),
    [
        (".", ".: it is a folder"),
        ("missing", "missing: it cannot be read (No such file or directory)"),
        ("/dev/zero", "zero"),
        ("random", "random"),
        ("latin", "latin"),
    ],
)
def test_what_is_no_file_of_the_kind_is_refused_quickly(said, folder, option, place, sentence):
    (folder / "random").write_bytes(random.Random(1).randbytes(100_000))
    (folder / "latin").write_bytes("key,lat,lon\nÅre,1,1\n".encode("latin-1"))
    code, words = said(option, place)
    assert (code, words.startswith("error: ")) == (1, True)
    assert sentence in words


@pytest.mark.parametrize(
    ("rules", "sentence"),
    [
        ('rule = "all"', "rules begin with [[rule]]"),
        ("[[rules]]\nat_least = 1", "'rules' is not known; there are [keep], [exclude]"),
        ('keep = ["n"]', "[keep] is not a table of names and values"),
        ('[[rule]]\nsites = "n"', "sites of rule 'rule 1' is not a list of keys"),
        ('[[rule]]\nsites = ["n"]\nwhere = { cost = 1 }', "rule 'rule 1' has both sites and where"),
        ("[[rule]]\nwhere = 5", "where of rule 'rule 1' is not a table"),
        ('[[rule]]\nname = "r"\nat_least = "three"', "at_least of rule 'r' is 'three', not a numb"),
        ("[[rule]]\nat_least = true", "at_least of rule 'rule 1' is True, not a number"),
        ("[[rule]]\nat_most = nan", "at_most of rule 'rule 1' is nan, not a number"),
        ("[[rule]]\nat_most = inf", "at_most of rule 'rule 1' is beyond"),
        (f"[[rule]]\nat_least = 1{'0' * 400}", "at_least of rule 'rule 1' is beyond"),
        ('[[rule]]\ncolumn = "none"\nat_most = 1', "asks for column 'none'"),
        ('[[rule]]\ncolumn = "key"\nat_most = 1', "s.csv, line 2: key is 'n', not a number"),
        ('[[rule]]\nsites = ["n", "n"]\ncolumn = "cost"\nat_most = 9', "names a site twice"),
        ('[keep]\nn = "a"\n[exclude]\nn = "b"', "Site 0 is fixed open and excluded at once"),
        ("a = " + "[" * 5000, "it is not TOML"),
        ("[[rule]\n", "it is not TOML"),
    ],
)
def test_rules_that_say_nothing_that_can_be_are_refused(said, folder, rules, sentence):
    (folder / "r.toml").write_text(rules)
    code, words = said("--rules", "r.toml")
    assert (code, sentence in words) == (1, True), words


# --- options ---


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (("--open", "-1"), 2, "argument --open: -1 is not between 0 and"),
        (("--open", "1.5"), 2, "argument --open: '1.5' is not a whole number"),
        (("--open", "3"), 1, "3 sites are to be opened, but only 2 are not open yet."),
        (("--close", "2"), 1, "2 sites are to close, but 1 are open."),
        (("--seed", "-1"), 2, "argument --seed: -1 is not"),
        (("--work-limit", "-1"), 2, "argument --work-limit: -1 is not"),
        (("--time-limit", "nan"), 1, "The time limit is nan s."),
        (("--time-limit", "-1"), 1, "The time limit is -1.0 s."),
        (("--within", "nan"), 1, "--within is nan, not a distance"),
        (("--radius", "inf"), 1, "--radius is inf, not a distance"),
        (("--model", "max-cover"), 1, "max-cover needs --radius"),
        (("--costs", "line:1e300"), 1, "the factor of a line is above 0 and at most"),
        (("--costs", "line:nan"), 1, "the factor of a line is above 0"),
    ],
)
def test_an_option_that_cannot_be_is_refused(said, words, code, sentence):
    ended, told = said(*words)
    assert (ended, sentence in told) == (code, True), told


@pytest.mark.parametrize("limit", [("--time-limit", "0"), ("--work-limit", "0")])
def test_without_time_nothing_is_claimed(said, limit):
    code, told = said(*limit, "--json")
    found = json.loads(told)
    # A plan may be there; that it is the best may not be said without having looked.
    assert found["status"] in ("unknown", "gap")
    assert code == (0 if found["status"] == "gap" else 1)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ((), "persons times what their way costs, in kilometres"),
        (("--costs", "c.csv"), "persons times what their way costs, in the unit of the costs"),
        (("--model", "p-center"), "the furthest way, in kilometres"),
        (("--model", "max-cover", "--radius", "60"), "how many persons have none within --radius"),
        (("--model", "set-cover", "--within", "60"), "how many are open, those of today included"),
        (("--model", "worst-share", "--share", "0.5"), "the mean way of the worst-off, in kilomet"),
        (("--model", "ufl"), "persons times what their way costs, in kilometres, and the cost of"),
    ],
)
def test_what_the_objective_counts_is_said_with_its_unit(said, words, sentence):
    code, printed = said(*words)
    assert code == 0
    assert f"The objective is {sentence}" in printed


def test_who_is_left_out_is_what_covering_counts(said):
    _code, printed = said("--model", "max-cover", "--radius", "60", "--open", "0")
    assert printed.startswith("Objective 80.000")


def test_the_answer_is_json_that_any_program_reads(said):
    def refused(word):
        raise AssertionError(f"{word} is no JSON")

    for words in ((), ("--time-limit", "0"), ("--within", "1"), ("--model", "p-center")):
        json.loads(said("--json", *words)[1], parse_constant=refused)


# --- certificates ---


def test_a_certificate_that_cannot_be_written_is_refused_before_anything_is_solved(said, folder):
    for place, why in (
        (".", "it is a folder"),
        ("no/such/c.npz", "there is no folder no/such"),
        ("d.csv/c.npz", "there is no folder d.csv"),
        ("/dev/full", "it is no ordinary file"),
    ):
        code, words = said("--certificate", place)
        assert (code, why in words) == (1, True), words


def test_where_the_disk_is_full_the_answer_is_told_and_the_old_certificate_stays(said, folder):
    (folder / "c.npz").write_bytes(b"before")
    _, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    said("--json")  # kernels are kept on disk before there is no room
    resource.setrlimit(resource.RLIMIT_FSIZE, (500, most))
    try:
        code, words = said("--certificate", "c.npz")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
        signal.signal(signal.SIGXFSZ, before)
    assert (code, "c.npz cannot be written: File too large" in words) == (1, True), words
    assert (folder / "c.npz").read_bytes() == b"before"
    assert sorted(p.name for p in folder.iterdir()) == ["c.csv", "c.npz", "d.csv", "s.csv"]


TINY = """
mount -t tmpfs -o size=8k tmpfs "$1" && shift && exec "$@"
"""


@pytest.mark.skipif(shutil.which("unshare") is None, reason="needs a file system of its own")
def test_on_a_disk_without_room_the_command_ends_in_words(folder):
    (folder / "tiny").mkdir()
    apart = ["unshare", "-rm", "sh", "-c", TINY, "sh", str(folder / "tiny")]
    if subprocess.run([*apart, "true"], capture_output=True, check=False).returncode:
        pytest.skip("file systems cannot be mounted here")
    rows = [f"k{k},{50 + k / 100},15,{k}" for k in range(1500)]
    (folder / "d.csv").write_text("key,lat,lon,persons\n" + "\n".join(rows))
    words = ["--demand", "d.csv", "--sites", "s.csv", "--open", "1", "--certificate", "tiny/c.npz"]
    done = subprocess.run(
        [*apart, *COMMAND, "siting", "solve", *words],
        cwd=folder, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == 1
    assert "tiny/c.npz cannot be written: No space left on device" in done.stderr
    assert "Objective" in done.stdout
    assert "Traceback" not in done.stderr


def test_a_damaged_certificate_is_refused_and_never_believed(said, folder):
    code, _ = said("--costs", "c.csv", "--certificate", "c.npz")
    assert code == 0
    whole = (folder / "c.npz").read_bytes()
    draw = random.Random(5)
    for turn in range(150):
        broken = bytearray(whole)
        if turn % 3 == 0:
            del broken[draw.randrange(len(broken)) :]
        else:
            for _ in range(draw.randint(1, 6)):
                broken[draw.randrange(len(broken))] = draw.randrange(256)
        (folder / "x.npz").write_bytes(broken)
        code, words = said("x.npz", "--json", command=("siting", "verify"))
        if code == 0:  # what was changed is not part of what it says
            assert json.loads(words)["objective"] == 120
        else:
            assert words.startswith(("error: x.npz is not a certificate", "{"))


@pytest.mark.parametrize("place", [".", "missing.npz", "d.csv", "/dev/null", "/dev/zero"])
def test_what_is_no_certificate_is_refused(said, place):
    code, words = said(place, command=("siting", "verify"))
    assert (code, "is not a certificate that can be checked" in words) == (1, True)


# --- programs that are stopped ---

COMMAND = [sys.executable, "-m", "knutpunkt.cli.main"]


@pytest.fixture(scope="module")
def large(tmp_path_factory):
    """A question without geometry that takes longer than anybody waits here."""
    folder = tmp_path_factory.mktemp("large")
    draw = np.random.default_rng(1)
    rows = [f"{key}{k},59,15,1" for key in "d" for k in range(250)]
    (folder / "d.csv").write_text("key,lat,lon,persons\n" + "\n".join(rows))
    (folder / "s.csv").write_text("key,lat,lon\n" + "\n".join(f"s{k},59,15" for k in range(250)))
    cost = draw.integers(1, 400, (250, 250)).tolist()
    pairs = [f"d{i},s{j},{cost[i][j]}" for i in range(250) for j in range(250)]
    (folder / "c.csv").write_text("demand,site,cost\n" + "\n".join(pairs))
    return folder


@pytest.mark.slow
@pytest.mark.parametrize("after", [0.3, 1.5, 4.0, 9.0])
@pytest.mark.parametrize(
    ("kill", "code"),
    [(signal.SIGINT, 130), (signal.SIGTERM, -signal.SIGTERM), (signal.SIGKILL, -signal.SIGKILL)],
)
def test_who_is_stopped_while_solving_ends_at_once_and_leaves_nothing(large, kill, code, after):
    (large / "c.npz").write_bytes(b"before")
    words = ["--demand", "d.csv", "--sites", "s.csv", "--costs", "c.csv", "--open", "12"]
    with subprocess.Popen(
        [*COMMAND, "siting", "solve", *words, "--time-limit", "100", "--certificate", "c.npz"],
        cwd=large, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        time.sleep(after)
        process.send_signal(kill)
        out, err = process.communicate(timeout=60)
    assert process.returncode == code, err
    assert "Traceback" not in err
    assert out == ""
    assert ("Stopped." in err) == (kill == signal.SIGINT)
    assert (large / "c.npz").read_bytes() == b"before"
    assert sorted(p.name for p in large.iterdir()) == ["c.csv", "c.npz", "d.csv", "s.csv"]


@pytest.mark.parametrize("model", ["p-median", "p-center"])
def test_what_nobody_reads_or_no_disk_takes_is_no_disaster(folder, model):
    words = ["--demand", "d.csv", "--sites", "s.csv", "--open", "1", "--json", "--model", model]
    with open("/dev/full", "w") as full:  # noqa: PTH123  # a device
        done = subprocess.run(
            [*COMMAND, "siting", "solve", *words],
            cwd=folder, stdout=full, stderr=subprocess.PIPE, text=True, check=False,
        )  # fmt: skip
    assert (done.returncode, "no room left" in done.stderr) == (1, True), done.stderr
    assert "Traceback" not in done.stderr
    shut = subprocess.run(
        ["sh", "-c", 'exec "$@" >&-', "sh", *COMMAND, "siting", "solve", *words],
        cwd=folder, stderr=subprocess.PIPE, text=True, check=False,
    )  # fmt: skip
    assert "Traceback" not in shut.stderr, shut.stderr


def test_a_table_too_large_for_the_memory_is_refused_in_words(folder):
    code = (
        "import resource, sys; from knutpunkt.cli.main import main; "
        "import knutpunkt.engines.location.answering; "
        "resource.setrlimit(resource.RLIMIT_AS, (3_000_000_000, 3_000_000_000)); "
        "sys.exit(main(sys.argv[1:]))"
    )
    many = [f"k{k},59,15,1" for k in range(30_000)]
    (folder / "d.csv").write_text("key,lat,lon,persons\n" + "\n".join(many))
    (folder / "s.csv").write_text("key,lat,lon,persons\n" + "\n".join(many))
    words = ["--demand", "d.csv", "--sites", "s.csv", "--open", "1", "--costs", "c.csv"]
    done = subprocess.run(
        [sys.executable, "-c", code, "siting", "solve", *words],
        cwd=folder, capture_output=True, text=True, check=False, timeout=100,
        env=os.environ | {"NUMBA_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
    )  # fmt: skip
    assert done.returncode == 1, done.stderr
    assert "needs more memory than there is" in done.stderr
    assert "Traceback" not in done.stderr
