"""What pages show, as small frozen values: a template neither asks the database nor computes."""
