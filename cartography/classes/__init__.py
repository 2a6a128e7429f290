"""Classes of a style, found in the values of a field and coloured by a palette."""
