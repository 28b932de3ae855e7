"""The compiled loops: flat arrays in, flat arrays out. Nothing outside ``geo.statistics`` uses them."""
