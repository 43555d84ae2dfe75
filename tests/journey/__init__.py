"""The whole way, with real parts: Tor Browser's engine, a private Tor network, the server, an organizer's laptop."""
