"""What is around a person: the nearest of a subject first, however far it is."""
