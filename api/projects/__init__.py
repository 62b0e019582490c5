"""The community fund's projects: proposed, voted on by district, decided, spent, reported."""
