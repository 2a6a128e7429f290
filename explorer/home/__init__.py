"""The home page and the statements of the site."""
