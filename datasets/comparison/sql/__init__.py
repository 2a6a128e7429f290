"""The SQL of comparisons: two deliveries side by side, counts, rows that come, leave, change or move."""
