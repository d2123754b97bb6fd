"""What the notes say for and against the five strategies, each sentence put to a run; a file a group of strategies."""
