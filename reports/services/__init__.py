"""What is done with reports, each in one transaction."""
