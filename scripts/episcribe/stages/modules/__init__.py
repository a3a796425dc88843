"""The ways to a transcript, one module each: what each of them can offer for an episode, best first."""
