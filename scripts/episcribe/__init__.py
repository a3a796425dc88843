"""Episcribe: archives of spoken episodes as a library of transcripts, notes, assessments and PDFs."""

__version__ = "0.1.0"
