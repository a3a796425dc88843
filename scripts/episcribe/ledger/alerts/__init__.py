"""Alerts: who is told, when, of what, and how it gets there."""
