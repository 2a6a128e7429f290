"""What the kernel writes, and the rules of writing it."""
