"""Public inquiries on versions of plans: their public page, and the register of remarks for the commissioner."""
