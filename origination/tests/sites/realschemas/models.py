from django.db import models

from origination.models import AbstractAccount


class Client(AbstractAccount):
    """Systems know a client by one of three: its number, its uuid or its code."""

    code = models.CharField(max_length=64, unique=True)
