"""Heritage buildings and remarkable trees."""
