"""The layers beside the map: which are on, what they hold, their legends."""
