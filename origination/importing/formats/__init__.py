"""How the lines of a switch become CDRs: a module for each way of writing them. Private."""

from .format import LEGS, Format, FormatError
from .kinds import FORMATS, JSON_FORMATS, LOCAL_TIME

__all__ = ["FORMATS", "JSON_FORMATS", "LEGS", "LOCAL_TIME", "Format", "FormatError"]
