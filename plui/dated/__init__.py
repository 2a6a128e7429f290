"""The plan in time: what is in force on a day, the procedures, what each changed at a place, annulments."""
