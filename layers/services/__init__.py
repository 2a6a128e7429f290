"""The writes of the kernel, and their rules."""
