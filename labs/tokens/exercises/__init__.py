"""The exercises about tokens, by id. A file a lesson."""

from labs.tokens.exercises import jwt

EXERCISES = {exercise.id: exercise for exercise in jwt.EXERCISES}
