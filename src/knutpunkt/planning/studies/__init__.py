"""Studies: a kept question of a planner, its versions, and an answer that explains."""
