"""Pages on which anybody books a time: service, day, time, held, confirmed; by code afterwards."""
