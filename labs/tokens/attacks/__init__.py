"""JWT under attack: a shop's door, the forger's tools, and verifiers that fall for them. All keys are examples."""

from labs.tokens.attacks.door import GOOD, KEYS, guard

__all__ = ["GOOD", "KEYS", "guard"]
