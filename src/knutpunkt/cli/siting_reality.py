"""The command that holds plans against what was decided."""

from __future__ import annotations

import textwrap
from argparse import Namespace
from dataclasses import asdict
from pathlib import Path
from typing import Any

from knutpunkt.cli.printing import print_json, print_table
from knutpunkt.cli.ready import ready

WIDTH = 100


def reality(chosen: Namespace) -> int:
    """Print, or write as a document, what distance would have chosen and what was decided."""
    ready()
    from knutpunkt.engines.whole import folder_made
    from knutpunkt.planning.errors import QuestionRefused
    from knutpunkt.planning.reality import QUESTIONS
    from knutpunkt.planning.reality import reality as asked
    from knutpunkt.planning.reality.sheets import document_written, sheet

    if chosen.write and chosen.question:
        raise QuestionRefused(
            reason="A document answers all three questions.",
            hint="Leave out --question to write it, or --write to ask one question.",
        )
    if chosen.write:
        folder_made(Path(chosen.write))  # whether it can be is known before the work is done
    answers = asked(questions=[chosen.question] if chosen.question else QUESTIONS)
    if chosen.write:
        for path in document_written(Path(chosen.write), answers):
            print(path)
    elif chosen.json:
        print_json({**asdict(answers), "limits": _limits(answers)})
    else:
        _print(sheet(answers), ("sv", "en").index(chosen.language))
    return 0


def _limits(answers: Any) -> list[dict[str, str]]:
    """What the register does not know, as sentences."""
    from knutpunkt.planning.reality.sheets.blocks import Text
    from knutpunkt.planning.reality.sheets.limits import limits_sheet

    texts = [block.text for block in limits_sheet(answers) if isinstance(block, Text)]
    return [{"sentence_sv": sv, "sentence_en": en} for sv, en in texts]


def _print(blocks: list[Any], language: int) -> None:
    """Print the blocks; a map is left out, because the table after it says the same."""
    from knutpunkt.planning.reality.sheets.blocks import Grid, Heading, Text

    for block in blocks:
        match block:
            case Heading():
                print(f"\n{block.text[language]}\n")
            case Text():
                print(f"{textwrap.fill(_plain(block.text[language]), WIDTH)}\n")
            case Grid():
                print(f"{block.title[language]}:")
                rows = [[cell[language] for cell in row] for row in block.rows]
                print_table([cell[language] for cell in block.header], rows)
                print()


def _plain(text: str) -> str:
    """Take the marks of Markdown away."""
    return text.replace("**", "").replace("*", "").replace("`", "")
