"""The caching lessons' pictures, a file a lesson: trace in, Scene out."""
