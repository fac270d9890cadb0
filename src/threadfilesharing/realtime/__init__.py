"""The socket: who is let in, what clients may emit, and how packets leave."""
