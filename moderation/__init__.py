"""Moderation of the rows of layers: steps between states, the queue of who approves, the contributions of authors."""
