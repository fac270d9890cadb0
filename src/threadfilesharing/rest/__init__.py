"""The REST half: routes that check what comes in and hand it to the services."""
