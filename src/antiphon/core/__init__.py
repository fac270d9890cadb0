"""Errors with hints, source positions, durations, redaction, and the protocols Clock and Dice."""
