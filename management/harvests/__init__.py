"""The page « Moissonnage »: what other catalogues read here, what they would skip, and the addresses to give them."""
