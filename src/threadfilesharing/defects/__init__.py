"""Planted defects: what a faulty server would do, switched on one by one, to prove that a tester notices."""
