"""The pages of sectors."""
