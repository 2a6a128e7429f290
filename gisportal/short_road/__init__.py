"""A short road for what is open: requests without credentials, answered by the event loop (ADR 0059)."""
