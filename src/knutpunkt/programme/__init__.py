"""One project per office to open, move or close: gates, evidence, forecasts."""
