"""From the register, the commission, the programme and the forecast to the fact table."""

from knutpunkt.reports.building.assembling import Assembled, assembled
from knutpunkt.reports.building.question import Letter, Question
from knutpunkt.reports.building.redaction import Redaction

__all__ = ["Assembled", "Letter", "Question", "Redaction", "assembled"]
