"""The daily watch: an owner entrusts a home, the watchers of the sector look at it, its référents count."""
