"""Files and the pages of their orders."""
