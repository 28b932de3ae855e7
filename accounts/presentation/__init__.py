"""How forms and tables are drawn, for every app."""
