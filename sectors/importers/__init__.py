"""Perimeters that come as files: whole or not at all, and kept nowhere else."""
