"""Pages of inquiries: for the public, for the commissioner, for who declares one."""
