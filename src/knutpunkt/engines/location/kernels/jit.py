"""How the kernels of this folder are compiled, and those of other folders that call them."""

from __future__ import annotations

from pathlib import Path

from knutpunkt.engines.compiled import compiled_in

kernel = compiled_in(Path(__file__).parent)
