"""What writes files with libraries, in child processes: rows come as blocks of CSV, without the portal."""
