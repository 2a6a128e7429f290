"""The page where the rows of a layer are edited: a table and a map."""
