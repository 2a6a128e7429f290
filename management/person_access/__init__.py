"""What a person reads: the page and the file of who manages them."""
