"""The layers beside the map: the visible ones, their rows, their legends."""
