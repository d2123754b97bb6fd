"""The exercises about caching, by id. A file a lesson."""

from labs.caching.exercises.strategies import EXERCISES as _STRATEGIES

EXERCISES = {exercise.id: exercise for exercise in _STRATEGIES}
