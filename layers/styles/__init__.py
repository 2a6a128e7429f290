"""How a layer is drawn, as values: symbols, classes, labels; read from a JSON document, written back as one."""
