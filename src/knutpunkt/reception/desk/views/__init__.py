"""What the pages answer, one module for each page."""
