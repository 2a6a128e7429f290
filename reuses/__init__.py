"""What people make of the data, as they declare it: the form, the list of each layer, and the messages of decisions."""
