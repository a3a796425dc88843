"""Views of a library that are derived from its files, and can be deleted at any time: `state.db` with its
full-text search, `index.json`, and `processing_log` as JSON and CSV.
"""
