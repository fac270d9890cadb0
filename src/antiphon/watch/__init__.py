"""Antiphon's own lag and the target's waits."""
