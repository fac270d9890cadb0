"""The access matrix played: cells planned from the profile, made into scenarios, and read from their results."""
