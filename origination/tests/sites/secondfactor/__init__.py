"""A site that logs in by django-allauth: verified addresses, and a second factor."""
