"""The tokens' pictures, a file a lesson: trace in, Scene out."""
