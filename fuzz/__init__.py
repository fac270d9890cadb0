"""Fuzzing of every codec and loader: `python -m fuzz TARGET --seconds 600` lets atheris look for what breaks them.

A target is one function that takes bytes and raises if something that must hold does not. Each is tried on its seeds
and on changed seeds by the tests, too, without atheris.
"""
