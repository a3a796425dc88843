"""What the study track makes of a transcript: notes, chapters, assessments, flashcards, PDFs."""
