"""How a stay is marked wherever it is drawn: at the desk, on paper and on the crew's phone."""

# Somebody who stands there, in a square of 32, as the shapes of the crews: a stay is no stop, and has no number.
STAY_OUTLINE = "M16 2a6.5 6.5 0 1 1 0 13a6.5 6.5 0 1 1 0-13zM4.5 30c0-8.5 4-13.5 11.5-13.5s11.5 5 11.5 13.5z"
