"""Whether a learner's function is right: exercises, the process in which it is asked, the report."""
