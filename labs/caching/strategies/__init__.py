"""Five ways to keep a cache and a database telling the same story."""
