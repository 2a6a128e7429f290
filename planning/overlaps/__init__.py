"""The features of a layer on the surfaces of another, with the area or the length that they share."""
