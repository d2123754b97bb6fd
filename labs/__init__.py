"""The models of the course, a folder a topic, and the kit that shows them."""
