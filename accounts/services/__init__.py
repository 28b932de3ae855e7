"""What is done with accounts: one transaction each, and no page."""
