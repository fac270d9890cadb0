"""Fakes that pass the contract of the real thing."""
