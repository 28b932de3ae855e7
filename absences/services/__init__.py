"""What is done with the registry: each act in one transaction, with its entry in the audit chain."""
