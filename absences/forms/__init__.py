"""What is asked of whoever declares, changes or looks for an absence."""
