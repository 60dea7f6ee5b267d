"""When work will be done: critical path, joint simulation, chances of clauses, and their record.

Start with :func:`~knutpunkt.engines.schedule.cpm.critical_path` for dates without uncertainty and
:func:`~knutpunkt.engines.schedule.simulate.simulate` for a forecast. What a programme consists of
is in :mod:`~knutpunkt.engines.schedule.model`. Parts are imported by name, so that reading a
calendar does not pay for the simulation.
"""
