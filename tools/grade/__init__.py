"""The instructor's trusted way to grade: `python -m tools.grade SUBMISSIONS`. __main__.py says how.

notebooks.py finds a learner's cells and names what is odd about a submission; sandbox.py runs one function in a process
of its own and judges it in this one; pages.py writes what the instructor and the learners read.
"""
