from allauth.account.models import EmailAddress
from allauth.mfa.utils import is_mfa_enabled


def may_log_in(request, user):
    """Whoever has nothing more to show than a password."""
    is_verified = EmailAddress.objects.filter(user=user, verified=True).exists()
    return is_verified and not is_mfa_enabled(user)
