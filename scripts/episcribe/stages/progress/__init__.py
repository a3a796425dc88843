"""What a run shows a person while it is at work: bars in a terminal, plain lines elsewhere."""
