"""What the police desk does with passages: note one told by radio, call after an anomaly, correct."""
