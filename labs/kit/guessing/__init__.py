"""What is asked before it is shown: predictions, and claims of the notes with their verdicts."""
