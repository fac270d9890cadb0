"""Mutation: a recorded run with one thing falsified at a time, to see whether the suite would notice."""
