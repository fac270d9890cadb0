"""Readers of a run that tell people and machines what happened."""
