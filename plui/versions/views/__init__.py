"""Pages of the versions of plans: for who loads them, and for the public."""
