"""What is different where the course runs in a browser's page: what is missing there, and what stands in for it."""
