"""Messages about what waits for an approval: to who decides, to the producer, and the reminder."""
