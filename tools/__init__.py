"""What builds the course, checks it and opens it: `python -m tools.build`, `python -m tools.lab`."""
