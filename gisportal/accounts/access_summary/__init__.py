"""What a person reads, in words: the page of the person, and that of who manages them."""
