"""Tickets on paper: what is sent to a printer, which printers there are, and the spool."""
