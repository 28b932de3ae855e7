"""What planners send: calculations, changes of a plan, shifts."""
