"""How the loops of this folder are compiled."""

from __future__ import annotations

from pathlib import Path

from knutpunkt.engines.compiled import compiled_in

kernel = compiled_in(Path(__file__).parent)
