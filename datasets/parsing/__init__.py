"""From a file to raw rows and a guessed schema: what a producer gives, read safely and understood by its content."""
