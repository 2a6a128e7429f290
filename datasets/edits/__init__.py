"""Rows edited in place, when a file replaces them: what each side changed, what is chosen, and how it is applied."""
