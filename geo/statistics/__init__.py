"""Statistics of what happens on the ground: no Django, no database."""
