"""The page where administrators and producers see the state of every delivery."""
