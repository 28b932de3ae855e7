"""What is typed about sectors."""
