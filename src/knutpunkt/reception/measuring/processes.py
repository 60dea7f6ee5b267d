"""How long processes have worked, read from the kernel."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
#: Fields of /proc/PID/stat after the name: utime, stime, and the same of children waited for.
#: Source: proc(5), https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
_TIMES = slice(11, 15)
_PARENT = 1


@dataclass(frozen=True, slots=True)
class Stat:
    """A process: who started it, and its working time in seconds with that of ended children."""

    parent: int
    worked: float


def stat_of(pid: int) -> Stat | None:
    """Read a process; nothing when it has ended."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return None
    fields = text.rpartition(")")[2].split()
    return Stat(int(fields[_PARENT]), sum(map(int, fields[_TIMES])) / TICKS)


def family(*roots: int) -> dict[int, Stat]:
    """Some processes and everything they started that still runs."""
    everybody = {
        int(at.name): stat
        for at in Path("/proc").iterdir()
        if at.name.isdigit() and (stat := stat_of(int(at.name)))
    }
    found = set(roots)
    while more := {pid for pid, stat in everybody.items() if stat.parent in found} - found:
        found |= more
    return {pid: everybody[pid] for pid in found if pid in everybody}


def worked(*roots: int) -> float:
    """Seconds that some processes and everything they started have worked so far."""
    return sum(stat.worked for stat in family(*roots).values())


def memory(*pids: int) -> int:
    """Bytes of memory that processes hold now, what they share counted once each (VmRSS)."""
    return sum(map(_memory, pids))


def _memory(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    kept = next((line for line in lines if line.startswith("VmRSS:")), "VmRSS: 0")
    return int(kept.split()[1]) * 1024
