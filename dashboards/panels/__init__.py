"""Kinds of panels, a folder each: question, drawing, table."""
