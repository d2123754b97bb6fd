"""The exercises about proxies, by id. A file a lesson."""

from labs.proxies.exercises import balancing

EXERCISES = {exercise.id: exercise for exercise in balancing.EXERCISES}
