"""The panel kind ``map``: communes, surfaces or features, drawn in the page and as one stand-alone file."""
