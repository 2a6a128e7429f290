"""Files of what is asked: written at once, or prepared apart and kept for their asker."""
