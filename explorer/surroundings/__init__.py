"""What a relation with another layer looks like on the map: outlines around its objects, links to the nearest."""
