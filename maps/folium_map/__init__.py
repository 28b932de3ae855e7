"""A plan as one standalone HTML map: folium's Leaflet with everything it needs inside the file."""
