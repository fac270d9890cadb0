"""The model of a target's profile."""
