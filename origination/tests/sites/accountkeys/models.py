"""Accounts that are known by one thing to the API and by another to the switch."""

import uuid

from django.conf import settings
from django.db import models

from origination.models import AbstractCDR


class ClientQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(owner=user)


class Client(models.Model):
    title = models.CharField(max_length=100)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")

    objects = ClientQuerySet.as_manager()

    class Meta:
        abstract = True

    def __str__(self):
        return self.title


class CodedClient(Client):
    uuid = models.UUIDField(default=uuid.uuid4, unique=True)
    code = models.CharField(max_length=40, unique=True)


class KeyedClient(Client):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4)


class NamedClient(Client):
    name_of_switch = models.CharField(primary_key=True, max_length=40)
    reference = models.CharField(max_length=36, unique=True)


class ClientProxy(CodedClient):
    class Meta:
        proxy = True


def account(model, **options):
    options |= {"null": True, "related_name": "+"}
    return models.ForeignKey(model, models.DO_NOTHING, db_constraint=False, **options)


class SwitchCDR(AbstractCDR):
    class Meta:
        abstract = True
        default_permissions = ("view", "export")


class ByCode(SwitchCDR):
    account = account(CodedClient, to_field="code")


class ByUUID(SwitchCDR):
    account = account(CodedClient, to_field="uuid")


class ByKey(SwitchCDR):
    account = account(KeyedClient)


class ByName(SwitchCDR):
    account = account(NamedClient)


class ByProxy(SwitchCDR):
    account = account(ClientProxy)
