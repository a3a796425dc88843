"""The formats of transcripts, in and out."""
