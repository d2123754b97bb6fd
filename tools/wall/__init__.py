"""Predictions on the wall: a class votes on a lesson's questions, and sees how it voted before the run."""
