"""Tags for templates of programmes."""
