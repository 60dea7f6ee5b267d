"""Days that never were: realistic, seeded, and marked as simulated wherever they are shown."""
