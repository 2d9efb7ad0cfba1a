"""Statistics from Python: ``ask``, what it answers and what it raises. All else is private."""

from .answers import Statistics
from .asking import ask
from .bounds import TooManyRows
from .columns import Unreadable

__all__ = ["Statistics", "TooManyRows", "Unreadable", "ask"]
