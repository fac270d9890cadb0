"""Rounds of light steps played cheaply: steps linked as continuations, one heap of due times, no task for anybody.

The same steps, entries and verdicts as everywhere else in `engine`; `tests/engine/test_stepper.py` plays both and
compares.
"""
