"""Reports to the government: every figure in them is a reference to a fact."""
