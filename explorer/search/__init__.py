"""One box for layers, features, communes, positions and addresses."""
