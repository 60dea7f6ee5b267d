"""The joint Monte Carlo of a programme.

Working days of an activity are its own draw × factor of the class × factor of the programme ×
factors of its causes. All projects of a run share the draws of what they have in common, so that
their openings depend on one another as the model says.

What bounds it: on a plain programme half of the time goes to random bits and their inversion to
durations, a quarter to maxima and sums; with calendars, looking up days takes as long again; with
crews, the search for gaps. Tiles that fit the cache make it up to twice as fast. When runs are few
it is the number of calls into numpy that counts: projects that are built alike are stacked, also
those whose runs are drawn again because they have not opened yet. Results depend neither on the
size of a tile nor on what a project is stacked with.
"""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from knutpunkt.engines.schedule.blocks import TILE, blocks, keep_memory
from knutpunkt.engines.schedule.conditioning import workings
from knutpunkt.engines.schedule.crewed import run_together
from knutpunkt.engines.schedule.errors import OutOfRange
from knutpunkt.engines.schedule.forward import ForwardPass
from knutpunkt.engines.schedule.learning import ancestors, candidates, teaches
from knutpunkt.engines.schedule.model import Programme, Project
from knutpunkt.engines.schedule.network import networks
from knutpunkt.engines.schedule.progress import Progress, Watch
from knutpunkt.engines.schedule.recording import Record
from knutpunkt.engines.schedule.shared import Shared, check_risks, shared_draws
from knutpunkt.engines.schedule.simulation import Simulation
from knutpunkt.engines.schedule.stacks import Frame, Stack, stacks
from knutpunkt.engines.schedule.streams import Stream, uniforms


def simulate(
    programme: Programme,
    *,
    runs: int = 10_000,
    seed: int,
    keep: Collection[tuple[str, str]] = (),
    criticality: bool = False,
    learning: bool = True,
    evidence: Programme | None = None,
    watch: Watch | None = None,
    tile: int = TILE,
) -> Simulation:
    """Simulate all projects of a programme together.

    Parameters
    ----------
    programme
        Projects and what they share.
    runs
        How many runs; the standard error of a chance p is sqrt(p (1 - p) / runs).
    seed
        The same seed and programme give the same numbers. A project, an activity and a shared
        cause draw from streams named after them, what is drawn again of a project from one stream
        a round: what two programmes have in common is equal.
    keep
        Activities, as (project, activity), whose finish is wanted run by run.
    criticality
        Whether to count on how many longest paths each activity lies.
    learning
        Whether openings and closed doors so far inform what projects share (see `learning`). Turn
        it off where the reference classes were estimated from the same projects.
    evidence
        Programme whose openings inform what is shared; by default ``programme`` itself. An overlay
        gives the programme as it is, because dropping a project unlearns nothing.
    watch
        Called with (done, of) now and then; true stops the simulation.
    tile
        Elements reckoned together. The result does not depend on it.

    Returns
    -------
    Simulation
        Openings and what else was asked for.

    Raises
    ------
    ScheduleRefused
        What `network.networks` refuses; `OutOfRange` for no runs; `NameUnknown` when ``keep``
        names what is not there; `SimulationStopped` when ``watch`` says so.
    """
    if runs < 1:
        raise OutOfRange(where="The simulation", what="the runs", found=runs, wanted="1 or more")
    keep_memory()
    order = networks(programme)
    check_risks(programme)
    frame = Frame.of(programme)
    shared = _shared(programme, evidence or programme, runs, seed, learning=learning)
    record = Record(programme, origin=frame.origin, runs=runs, keep=keep, criticality=criticality)
    crewed = any(activity.crew for project in programme.projects for activity in project.activities)
    progress = Progress(watch, runs * len(programme.projects))
    if crewed:
        run_together(frame, order, programme.crews, shared, seed, record, progress, tile)
    else:
        for group in stacks(frame, order, height=max(1, tile // runs)):
            _run(group, shared, seed, frame.data_date, record, progress, tile)
    for row, project in enumerate(programme.projects):
        _open(row, project, record, seed)
    return record.simulation(seed)


def _shared(
    programme: Programme, evidence: Programme, runs: int, seed: int, *, learning: bool
) -> Shared:
    """What projects share in each run, as far as is known."""
    if not (learning and teaches(evidence)):
        return shared_draws(programme, runs=runs, seed=seed)
    drawn = shared_draws(programme, runs=candidates(runs), seed=seed)
    frame = Frame.of(evidence)
    known = drawn
    if evidence is not programme:
        networks(evidence)
        known = shared_draws(evidence, runs=candidates(runs), seed=seed)
    return drawn.of(ancestors(evidence, frame, known, runs=runs, seed=seed))


def _run(
    stack: Stack,
    shared: Shared,
    seed: int,
    today: float,
    record: Record,
    progress: Progress,
    tile: int,
) -> None:
    """Simulate projects of one kind."""
    works = workings(stack, shared, seed, today=today, tile=tile)
    for runs in blocks(shared.runs, tile // len(stack.projects)):
        forward = ForwardPass(stack, works.of(runs), today)
        forward.run()
        record.write(forward, runs)
        progress.done(len(range(shared.runs)[runs]) * len(stack.projects))
    record.contradicted.update(works.contradicted)
    record.not_before_known(stack)


def _open(row: int, project: Project, record: Record, seed: int) -> None:
    """Enter the opening of a project that has opened, and what it finished before."""
    if project.opened is None:
        return
    first, last = project.opened
    share = uniforms([Stream(seed, "opened", project.key)], record.runs)[0]
    record.finish[row] = first + (last - first) * share.astype(np.float64)
    for activity in project.activities:
        if (kept := record.kept.get((project.key, activity.key))) is not None:
            kept[:] = record.finish[row] if activity.finished is None else activity.finished
