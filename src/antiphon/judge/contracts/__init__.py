"""Contracts: every answer, event and acknowledgement held against what the target's documents promise."""
