"""What is done with sectors: each act in one transaction."""
