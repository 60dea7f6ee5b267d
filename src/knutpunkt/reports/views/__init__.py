"""Pages of reports: the list, writing a report, reading one, and answers about a municipality."""
