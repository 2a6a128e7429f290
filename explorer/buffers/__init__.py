"""What a relation with another layer looks like on the map: buffers around its objects, lines to the nearest."""
