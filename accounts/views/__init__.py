"""Pages of one's own account: the way in, second factors, devices."""
