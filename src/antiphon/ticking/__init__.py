"""The real clock and the real dice: the only modules that import time and random."""
