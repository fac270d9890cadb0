"""Users, steps, retries, isolation and clean-up: plays a scenario and makes its history."""
