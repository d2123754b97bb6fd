"""CQRS: one side that writes, another that reads, and what keeps the second true to the first."""
