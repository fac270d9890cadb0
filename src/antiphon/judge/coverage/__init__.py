"""Coverage: what of a target's catalogue, laws and access matrix a run has exercised, by whom, and what it has not."""
