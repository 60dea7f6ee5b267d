"""What is secret never enters the facts: texts of the programme pass through here."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from knutpunkt.reports.facts import FactTable

SHORTEST = 4
#: Facts that hold texts people write in the programme.
WRITTEN_FREELY = (
    "change.", "cost.", "decision.", "deviation.", "evidence.", "forecast.", "gate.", "note.",
    "parameter.", "programme.", "risk.", "talk.",
)  # fmt: skip
WITHHELD = {"sv": "[sekretess]", "en": "[secret]"}


@dataclass(frozen=True, slots=True)
class Redaction:
    """Titles, diary numbers and file names of secret evidence."""

    secrets: tuple[str, ...] = ()
    language: str = "sv"

    @classmethod
    def of(cls, secrets: Iterable[str], language: str) -> Redaction:
        """Keep what is long enough to be recognised, longest first."""
        kept = {secret.strip() for secret in secrets if len(secret.strip()) >= SHORTEST}
        return cls(tuple(sorted(kept, key=lambda secret: (-len(secret), secret))), language)

    def clean(self, text: str) -> str:
        """Return a text with every secret withheld."""
        for secret in self.secrets:
            text = re.sub(re.escape(secret), WITHHELD[self.language], text, flags=re.IGNORECASE)
        return text

    def distinctive(self, common: str) -> tuple[str, ...]:
        """Secrets that do not stand in a common text anyway: a lease may be titled “Lease”."""
        folded = common.casefold()
        return tuple(secret for secret in self.secrets if secret.casefold() not in folded)

    def withhold(self, facts: FactTable) -> None:
        """Clean what was written freely and reaches the facts by way of a forecast or a sum.

        What a fact rests on is cleaned everywhere, texts where people write them.
        """
        if not self.secrets:
            return
        for name, fact in facts.facts.items():
            free = fact.unit == "text" and name.startswith(WRITTEN_FREELY)
            facts.facts[name] = replace(
                fact,
                value=self.clean(fact.said) if free else fact.value,
                said=self.clean(fact.said) if free else fact.said,
                query=self.clean(fact.query),
                sources=tuple(self.clean(source) for source in fact.sources),
                events=tuple(self.clean(event) for event in fact.events),
            )
