"""From an event log to figures: durations, outcomes, percentiles.

Start with :func:`~knutpunkt.engines.ledger.facts.errand_facts`, which reads a log as columns and
says of every errand how long it waited, how long the way to the counter and the service took and
how it ended. :mod:`~knutpunkt.engines.ledger.quantiles` counts such durations by group. Parts are
imported by name; they need numpy, which a web process should not load before a page asks for it.
"""
