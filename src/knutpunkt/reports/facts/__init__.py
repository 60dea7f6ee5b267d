"""The fact table of a report: every figure once, with where it comes from."""

from knutpunkt.reports.facts.table import Fact, FactGivenTwice, FactTable
from knutpunkt.reports.facts.words import between, join_words, say

__all__ = ["Fact", "FactGivenTwice", "FactTable", "between", "join_words", "say"]
