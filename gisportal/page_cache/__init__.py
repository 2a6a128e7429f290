"""Pages that many people read alike, cached by all that they depend on (ADR 0057)."""
