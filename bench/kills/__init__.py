"""What is left after ``kill -9``: of the processes of a running site, and of what was being done."""
