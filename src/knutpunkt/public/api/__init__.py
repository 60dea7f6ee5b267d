"""The public API: read only, no account, described at /api/docs."""
