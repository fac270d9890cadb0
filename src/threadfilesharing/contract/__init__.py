"""The contract: what every answer and every event looks like, and the two documents made of it."""
