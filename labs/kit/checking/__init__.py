"""Whether a learner's function is right: exercises, readers of answers, the process that is asked, the report."""
