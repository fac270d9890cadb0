"""Engine.IO and Socket.IO packets, and their sessions as tables of transitions; no I/O."""
