"""Pages of programmes: portfolio, project, gate and premises."""
