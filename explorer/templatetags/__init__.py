"""Tags of the pages of the explorer."""
