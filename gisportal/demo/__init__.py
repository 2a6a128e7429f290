"""The demonstration: a plausible portal on one machine, the same at every load, labelled as sample data.

One file a subject. The composition root may know every app; nothing imports this package but its command.
"""
