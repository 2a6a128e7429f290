"""OGC API – Records, part 1 (20-004r1): the catalogue as a collection of records of the API."""
