"""The page where a style is made: form, preview, warnings."""
