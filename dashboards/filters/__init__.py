"""What is asked of every panel of a page: read from its address, applied to each question, told in words."""
