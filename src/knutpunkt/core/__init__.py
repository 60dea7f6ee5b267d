"""What every app needs: claims and dated facts, rough dates, the clock, errors, runs, exchange."""
