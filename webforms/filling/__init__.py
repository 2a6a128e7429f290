"""Pages that people fill: what they type, checked and received."""
