"""Antiphon tests applications whose truth is told twice: over REST and over a real-time channel."""

__version__ = "0.1.0"
