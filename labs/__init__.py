"""The models of the course, a folder a topic, and the kit that shows them."""

import sys

if sys.platform == "emscripten":  # in a browser's page, where some things are not
    from labs.kit.page.browser import set_up

    set_up()
