"""The reception over HTTP, for programs: tokens in, plain answers out."""
