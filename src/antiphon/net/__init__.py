"""HTTP/1.1, WebSocket and Socket.IO: the only door to the target."""
