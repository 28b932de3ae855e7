"""The compiled search: integer milliseconds, integer prizes, flat arrays. Nothing outside the planner uses it."""
