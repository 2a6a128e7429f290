"""The page that restores a whole layer as it was at a moment."""
