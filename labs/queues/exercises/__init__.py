"""The exercises about queues, by id. A file a lesson."""

from labs.queues.exercises import start

EXERCISES = {exercise.id: exercise for exercise in start.EXERCISES}
