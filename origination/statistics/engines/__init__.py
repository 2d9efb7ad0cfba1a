"""What differs by engine and is no expression: a module for each that Django brings.

Importing them registers them; other engines are apps of their own, which do the same.
"""

from . import postgresql, sqlite

__all__ = ["postgresql", "sqlite"]
