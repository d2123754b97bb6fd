"""When processing fails: retry in place, retry topics, the dead-letter topic, redrive."""
