"""How far a server process grows while it answers mixed requests, each with words of its own."""
