"""Whether a learner's function is right: exercises, the readers of answers, the process in which it is asked, the report."""
