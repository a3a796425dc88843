"""Paths, identity, the catalogue, the models of episode and transcript, and the configuration."""
