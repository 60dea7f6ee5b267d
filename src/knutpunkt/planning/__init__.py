"""Planning: from a question to a proposal with its proof."""
