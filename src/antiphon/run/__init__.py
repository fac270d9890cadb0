"""How many, when and where: which scenarios are played, in what order, and what a run leaves."""
