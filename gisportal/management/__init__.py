"""Commands of the composition root: they know every application."""
