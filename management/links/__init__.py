"""Every link without an account, for administrators."""
