"""Import this first (`pytest -p tools.quick`) and everything that reads a notebook starts two seconds sooner.

nbformat checks notebooks with jsonschema, and jsonschema, on import, looks for `rfc3987_syntax`, which spends two
seconds on building a grammar for international web addresses. No notebook holds one, and jsonschema goes on without
it: a module that is `None` in `sys.modules` is to Python a module that cannot be imported.
"""

import sys
from typing import Any

_modules: dict[str, Any] = sys.modules
_modules.setdefault("rfc3987_syntax", None)
