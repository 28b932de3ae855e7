"""What a crew's phone and the server tell each other: tonight's round one way, what was done on it the other."""
