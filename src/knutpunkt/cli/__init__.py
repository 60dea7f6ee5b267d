"""Commands. Nothing heavy is imported before a command is chosen."""
