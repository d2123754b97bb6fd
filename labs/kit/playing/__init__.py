"""How a scene is shown: the player in the browser, and the explorer with its controls and faults."""
