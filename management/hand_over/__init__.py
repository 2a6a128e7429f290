"""The accesses of one person handed over to another, in one screen."""
