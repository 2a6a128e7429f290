"""Enter the records of features, singly or from a file, for those who edit them."""
