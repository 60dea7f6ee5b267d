"""Reception: visits, errands, counters, calls and bookings, and statistics from the event log."""
