"""The panel kind ``map``: communes, surfaces or features drawn by a measure, in the page and as one stand-alone file."""
