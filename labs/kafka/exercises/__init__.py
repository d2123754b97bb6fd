"""The exercises about Kafka, by id. A file a lesson."""

from labs.kafka.exercises import groups, offsets

EXERCISES = {exercise.id: exercise for exercise in (*groups.EXERCISES, *offsets.EXERCISES)}
