"""Events, the state that folds out of them, and the seals of finished episodes."""
