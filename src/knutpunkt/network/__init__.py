"""The register: what happened to offices, and everything that follows from it."""
