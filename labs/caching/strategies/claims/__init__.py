"""What the notes say for and against the five strategies, each put to a run; a file for each group of them."""
