"""Styled Layer Descriptor (SLD), 1.0 and 1.1."""
