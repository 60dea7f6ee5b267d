"""Commissions as clauses: what holds on a day, and why."""
