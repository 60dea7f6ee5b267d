"""People and devices, their roles, and which role may do what at which office."""
