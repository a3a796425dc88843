"""Making questions from the sentences of a transcript."""
