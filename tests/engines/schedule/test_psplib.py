import json
from argparse import Namespace

import pytest

from knutpunkt.cli import bench
from knutpunkt.engines.schedule.cpm import critical_path
from knutpunkt.engines.schedule.errors import (
    ActivitiesInCycle,
    MaximumLagTooShort,
    NoInstances,
    UnreadableInstance,
)
from knutpunkt.engines.schedule.psplib import read_instance

STARS = "*" * 72
# A network of our own in the format of ProGen; the longest way is 1-2-4-6 with 4 + 3 days.
PROGEN = f"""\
{STARS}
file with basedata            : own.bas
{STARS}
jobs (incl. supersource/sink ):  6
{STARS}
PROJECT INFORMATION:
pronr.  #jobs rel.date duedate tardcost  MPM-Time
    1      4      0        9        1        7
{STARS}
PRECEDENCE RELATIONS:
jobnr.    #modes  #successors   successors
   1        1          2           2   3
   2        1          1           4
   3        1          1           5
   4        1          1           6
   5        1          1           6
   6        1          0
{STARS}
REQUESTS/DURATIONS:
jobnr. mode duration  R 1  R 2
------------------------------------------------------------------------
  1      1     0       0    0
  2      1     4       1    0
  3      1     2       0    2
  4      1     3       1    0
  5      1     4       0    1
  6      1     0       0    0
{STARS}
RESOURCEAVAILABILITIES:
  R 1  R 2
    1    2
{STARS}
"""
# Two real jobs: 2 starts at least 3 after 1, and at most 5 after it.
MAX = """\
2 1 0 0
0 1 2 1 2 [0] [4]
1 1 2 2 3 [3] [6]
2 1 2 1 3 [-5] [2]
3 1 0
0 1 0 0
1 1 6 1
2 1 2 1
3 1 0 0
1
"""
PATTERSON = "4 1\n\n 2\n 0 0 2 2 3\n 3 1 1 4\n 5 1 1\n 4\n 0 0 0\n"


def write(folder, text, name="own.sm"):
    path = folder / name
    path.write_text(text)
    return path


def makespan(path):
    made = read_instance(path).project
    return critical_path(made).finish[made.key]


def answer(capsys, folder):
    code = bench.schedule(Namespace(data=str(folder), json=True, optimum=None))
    return code, json.loads(capsys.readouterr().out)


def test_the_makespan_of_a_progen_file_is_the_one_its_header_states(tmp_path):
    instance = read_instance(write(tmp_path, PROGEN))
    assert (instance.name, instance.expected) == ("own", 7)
    assert critical_path(instance.project).finish["own"] == 7


def test_of_several_modes_the_shortest_counts(tmp_path):
    slower = PROGEN.replace(
        "  2      1     4       1    0\n",
        "  2      1     9       1    0\n         2     4       3    0\n",
    )
    assert makespan(write(tmp_path, slower, "own.mm")) == 7


def test_a_negative_lag_is_a_maximum_lag_the_other_way(tmp_path):
    made = read_instance(write(tmp_path, MAX, "own.sch")).project
    found = critical_path(made)
    assert found.dates["own", "2"].early_start == 4
    assert found.dates["own", "1"].early_start == 0
    assert found.finish["own"] == 6


def test_a_maximum_lag_draws_its_job_along_in_a_file_too(tmp_path):
    late = MAX.replace("0 1 2 1 2 [0] [4]", "0 1 2 1 2 [0] [9]")
    found = critical_path(read_instance(write(tmp_path, late, "own.sch")).project)
    assert found.dates["own", "1"].early_start == 4
    assert found.finish["own"] == 11


def test_lags_that_contradict_each_other_are_refused(tmp_path):
    tight = MAX.replace("[-5]", "[-2]").replace("0 1 2 1 2 [0] [4]", "0 1 2 1 2 [0] [4]")
    with pytest.raises(MaximumLagTooShort):
        makespan(write(tmp_path, tight, "own.sch"))


def test_a_patterson_file_may_break_its_lines_anywhere(tmp_path):
    assert makespan(write(tmp_path, PATTERSON, "own.rcp")) == 5


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("own.sm", "", "it is empty"),
        ("own.sm", "hello\n", "no section “PROJECT INFORMATION”"),
        ("own.sm", PROGEN[: PROGEN.index("REQUESTS")], "no section “REQUESTS/DURATIONS”"),
        ("own.sm", PROGEN[: PROGEN.index("  5      1     4")], "job 5 has no duration"),
        (
            "own.sm",
            PROGEN.replace("   2   3\n", "   2\n"),
            "line 12: job 1 has 1 successors, not 2",
        ),
        ("own.sm", PROGEN.replace("  1        7", "  1        ?"), "line 8: .*not a row of whole"),
        ("own.sm", PROGEN.replace("  2      1     4       1    0", "  2"), "line 23: 1 figures"),
        ("own.sch", MAX[: MAX.index("2 1 2 1\n")], "before the durations of 4 jobs"),
        ("own.sch", MAX.replace(" [3] [6]", " [3]"), "line 3: job 1 has not a lag for each"),
        ("own.rcp", PATTERSON[:20], "ends in the middle"),
    ],
)
def test_a_damaged_file_is_refused_with_its_place(tmp_path, name, text, said):
    with pytest.raises(UnreadableInstance, match=said) as refused:
        makespan(write(tmp_path, text, name))
    assert name in str(refused.value)
    assert refused.value.hint


def test_a_file_with_a_circle_is_refused_with_its_jobs(tmp_path):
    circle = PROGEN.replace(
        "   4        1          1           6", "   4        1          1           2"
    )
    with pytest.raises(ActivitiesInCycle, match=r"“2” → “4” → “2”|“4” → “2” → “4”"):
        makespan(write(tmp_path, circle))


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(UnreadableInstance, match="cannot be read"):
        read_instance(tmp_path / "gone.sm")


def test_the_bench_lists_every_instance_below_a_folder(tmp_path, capsys):
    (tmp_path / "deeper").mkdir()
    write(tmp_path / "deeper", PROGEN)
    write(tmp_path, MAX, "max.sch")
    code, told = answer(capsys, tmp_path)
    rows = {row["instance"]: row for row in told["rows"]}
    assert code == 0
    assert (rows["own"]["makespan"], rows["own"]["expected"], rows["own"]["ok"]) == (7, 7, True)
    assert (rows["max"]["makespan"], rows["max"]["ok"]) == (6, None)
    assert rows["own"]["file"] == "deeper/own.sm"
    assert (told["totals"]["instances"], told["totals"]["equal"]) == (2, 1)


def test_the_bench_goes_on_after_a_damaged_file_and_ends_with_one(tmp_path, capsys):
    write(tmp_path, PROGEN)
    write(tmp_path, "nothing\n", "bad.sm")
    write(tmp_path, PROGEN.replace("  1        7", "  1        8"), "other.sm")
    code, told = answer(capsys, tmp_path)
    rows = {row["instance"]: row for row in told["rows"]}
    assert code == 1
    assert "no section" in rows["bad"]["refusal"]
    assert rows["bad"]["makespan"] is None
    assert rows["other"]["ok"] is False
    assert (told["totals"]["refused"], told["totals"]["different"]) == (1, 1)


def test_the_bench_speaks_to_people_too(tmp_path, capsys):
    write(tmp_path, PROGEN)
    assert bench.schedule(Namespace(data=str(tmp_path), json=False)) == 0
    assert "1 of 1 stated makespans met" in capsys.readouterr().out


@pytest.mark.parametrize("make", [True, False])
def test_a_folder_without_instances_is_refused(tmp_path, make):
    folder = tmp_path / "empty"
    if make:
        folder.mkdir()
    with pytest.raises(NoInstances, match="no instance lies" if make else "no such folder"):
        bench.schedule(Namespace(data=str(folder), json=True))
