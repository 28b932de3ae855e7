"""Prevention messages: written, received, followed."""
