"""A saved plan in the formats that leave the house: GPX, GeoJSON, CSV and the printed road sheet."""
