"""What people fill in about their own account."""
