"""A dashboard on paper: PDF, one stand-alone HTML file, prepared by a worker when long, sent by e-mail."""
