"""The model of a scenario and its compiler."""
