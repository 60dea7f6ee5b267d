"""What leaves a programme and comes back: status sheets, MS Project files, a calendar feed."""
