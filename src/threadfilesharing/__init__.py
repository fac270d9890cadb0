"""ThreadFileSharing: a team's chat with threads and file sharing, over REST and Socket.IO."""
