"""Figures of the reception: counted from the event log alone, kept by month, and audited.

:mod:`~knutpunkt.reception.selectors.figures` is what pages and planning read. Here lies what it
stands on: the log as columns (``reading``), a month of an office as a sheet (``table``,
``sheets``), the definitions that travel with every figure (``definitions``), what may be published
(``suppression``), the recount (``audit``), and the log replayed event by event (``replay``), by
which imports and nodes are checked too.
"""

#: Version of the counting rules. A sheet counted by other rules is counted again.
RULES = "counting/1"
