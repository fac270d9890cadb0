"""The entries of a run's one history, queries over them, and the record's file format."""
