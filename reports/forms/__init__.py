"""What is asked of whoever tells or handles a report."""
