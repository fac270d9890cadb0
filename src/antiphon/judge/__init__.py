"""What the history proves: expectations, their claims and their time limits."""
