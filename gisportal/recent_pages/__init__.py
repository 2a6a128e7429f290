"""The pages that an account opened last: its own, on its home page, until it clears them."""
