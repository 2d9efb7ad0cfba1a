"""Who calls, by a customer's token: what hosts name in their settings and their own log-in."""

from .api.authentication import CustomerJWTAuthentication
from .api.tokens import CustomerToken, issue_token

__all__ = ["CustomerJWTAuthentication", "CustomerToken", "issue_token"]
