"""What this app writes, and the rules of writing it."""
