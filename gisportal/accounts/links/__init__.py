"""Links without an account to one dashboard or map: what they open, for how long, under whose rights."""
