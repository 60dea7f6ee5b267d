"""What the pages show, read and put into words."""
