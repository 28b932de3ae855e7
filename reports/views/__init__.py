"""Pages of the reports: for whoever tells one, and for the référents who receive them."""
