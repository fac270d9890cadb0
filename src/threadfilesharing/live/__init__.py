"""What is told over the socket: events in their order, rooms, and who is in them."""
