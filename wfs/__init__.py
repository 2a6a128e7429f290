"""WFS 2.0.0, 1.1.0 and 1.0.0: the protocol that every desktop GIS reads."""
