"""Health of the portal: probes, age of the last backup, end of the certificate."""
