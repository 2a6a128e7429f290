"""The page where a form is made, without code, and its versions."""
