"""Judges a history by the laws of a profile, one file a kind."""
