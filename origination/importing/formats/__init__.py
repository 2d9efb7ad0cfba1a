"""How the lines of a switch become CDRs: a module for each way of writing them. Private."""

from .format import Format, FormatError
from .kinds import FORMATS, LOCAL_TIME

__all__ = ["FORMATS", "LOCAL_TIME", "Format", "FormatError"]
