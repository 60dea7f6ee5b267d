"""Documents are read as people read them."""

import pytest

from support.console import Step, agrees, steps

DOCUMENT = """\
# Counting

```console
$ knutpunkt network count \\
    --on 2022-06-27
123 offices
…
$ make run
```

```python
$ not a command
```

  ```console
  $ knutpunkt reception staffing 100
  error: …
  $ echo $?
  1
  ```
"""


def test_commands_are_found_with_what_they_show():
    assert list(steps(DOCUMENT)) == [
        Step(4, "knutpunkt network count --on 2022-06-27", ("123 offices", "…")),
        Step(8, "make run"),
        Step(16, "knutpunkt reception staffing 100", ("  error: …",), 1),
    ]


@pytest.mark.parametrize(
    ("shown", "happened"),
    [
        ((), "anything"),
        (("one", "two"), "one\ntwo\n"),
        (("one", "…"), "one\n"),
        (("one", "…", "four"), "one\ntwo\nthree\nfour\n"),
        (("took … s",), "took 0.31 s\n"),
        (("a  ", ""), "a\n\n"),
    ],
)
def test_an_output_as_shown_agrees(shown, happened):
    assert agrees(shown, happened)


@pytest.mark.parametrize(
    ("shown", "happened"),
    [
        (("one",), "one\ntwo\n"),
        (("123 offices",), "124 offices\n"),
        (("a.c",), "abc\n"),
        (("…", "end"), "start\n"),
        (("took … s",), "took 1\n2 s\n"),
    ],
)
def test_another_output_does_not(shown, happened):
    assert not agrees(shown, happened)
