"""The first page of each role: what is to be done now."""
