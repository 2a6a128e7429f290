"""Tags of the design system, shared by the pages of every app."""
