"""Accounts and call detail records; both models can be swapped for a host's own."""

from __future__ import annotations

import uuid
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models import Q

from . import conf
from .functions import RandomUUID

PRICE_DIGITS = 18
PRICE_PLACES = 6
MOST_PRICE = Decimal(10**PRICE_DIGITS - 1).scaleb(-PRICE_PLACES)
COUNTRIES = ("src_country_id", "dst_country_id")
SUMMED = ("duration", "customer_duration", "customer_price")


class AccountQuerySet(models.QuerySet):
    def visible_to(self, user: Any) -> AccountQuerySet:
        """Accounts whose numbers this user may see."""
        return self.filter(users=user)


# By itself, so that a host's own manager is told from it.
AccountManager = models.Manager.from_queryset(AccountQuerySet, "AccountManager")


class AbstractAccount(models.Model):
    """What is billed. ``users`` are the customers who may see its calls."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=200)
    # No constraint: where the app was taken out of a site, whoever deletes a user knows nothing
    # of this table.
    users = models.ManyToManyField(
        settings.AUTH_USER_MODEL,
        related_name="origination_accounts",
        blank=True,
        db_constraint=False,
    )
    currency = models.CharField(max_length=3, default="USD", help_text="ISO 4217")

    objects = AccountManager()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name


class Account(AbstractAccount):
    class Meta:
        swappable = "ORIGINATION_ACCOUNT_MODEL"
        ordering = ["name", "pk"]


class AbstractCDR(models.Model):
    """One attempt of one call, as the switch billed it.

    A rerouted call has several; ``is_last_cdr`` marks the one that stands for the call.
    A host removes a field that its table lacks with ``field = None``.
    """

    # Beside each default stands that of the database: a switch may leave out what Python may.
    uuid = models.UUIDField(
        default=uuid.uuid4,
        db_default=RandomUUID(),
        unique=True,
        help_text="makes an import repeatable",
    )
    # No constraint: a fact table fed at a high rate, maybe not in the accounts' database.
    # For the same reason deleting an account does not go looking for its CDRs; calls of an
    # account that is gone are seen by nobody.
    account = models.ForeignKey(
        conf.account_model(),
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        db_index=False,
        related_name="+",
    )
    time_start = models.DateTimeField()
    time_connect = models.DateTimeField(null=True, blank=True)
    time_end = models.DateTimeField(null=True, blank=True)
    duration = models.IntegerField(default=0, db_default=0, help_text="talk time, seconds")
    customer_duration = models.IntegerField(
        default=0, db_default=0, help_text="billed time, seconds"
    )
    customer_price = models.DecimalField(
        max_digits=PRICE_DIGITS,
        decimal_places=PRICE_PLACES,
        default=Decimal(0),
        db_default=Decimal(0),
        help_text="in the account's currency",
    )
    src_country_id = models.IntegerField(null=True, blank=True)
    dst_country_id = models.IntegerField(null=True, blank=True)
    src_prefix_routing = models.CharField(max_length=80, blank=True, default="", db_default="")
    dst_prefix_routing = models.CharField(max_length=80, blank=True, default="", db_default="")
    auth_orig_ip = models.GenericIPAddressField(null=True, blank=True)
    is_last_cdr = models.BooleanField(default=True, db_default=True)
    disconnect_code = models.IntegerField(null=True, blank=True, help_text="SIP status")
    disconnect_reason = models.CharField(max_length=255, blank=True, default="", db_default="")
    orig_call_id = models.CharField(
        max_length=255, blank=True, default="", db_default="", help_text="SIP Call-ID"
    )
    routing_attempt = models.IntegerField(default=1, db_default=1)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return str(self.uuid or self.pk)


def _number_index(number: str, name: str) -> models.Index:
    """For a number that is given, or begins with what is given."""
    return models.Index(
        fields=["account", number, "time_start", *SUMMED],
        # LIKE 'begin%' can use it in any locale.
        opclasses=["", "varchar_pattern_ops", "", *("" for _ in SUMMED)],
        condition=Q(is_last_cdr=True),
        name=name,
    )


class CDR(AbstractCDR):
    class Meta:
        swappable = "ORIGINATION_CDR_MODEL"
        default_permissions = ("add", "change", "delete", "view", "export")
        verbose_name = "CDR"
        verbose_name_plural = "CDRs"
        indexes = [
            # Answers by itself whatever asks for no more than times, durations, prices, countries
            # and addresses. SQLite has no INCLUDE, so what is only read stands among the keys.
            models.Index(
                fields=["account", "time_start", *COUNTRIES, *SUMMED, "auth_orig_ip"],
                condition=Q(is_last_cdr=True),
                name="origination_cdr_statistics",
            ),
            _number_index("dst_prefix_routing", "origination_cdr_dst_number"),
            _number_index("src_prefix_routing", "origination_cdr_src_number"),
            models.Index(fields=["time_start"], name="origination_cdr_time"),
            models.Index(fields=["orig_call_id"], name="origination_cdr_call_id"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(duration__gte=0), name="origination_cdr_duration_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(customer_duration__gte=0),
                name="origination_cdr_customer_duration_not_negative",
            ),
            # PostgreSQL knows 'infinity'; a comparison with a finite time keeps it out.
            models.CheckConstraint(
                condition=Q(time_start__gte="1970-01-01T00:00:00Z")
                & Q(time_start__lt="2201-01-01T00:00:00Z"),
                name="origination_cdr_time_start_finite",
            ),
            # PostgreSQL's NaN is greater than any number.
            models.CheckConstraint(
                condition=Q(customer_price__lte=MOST_PRICE),
                name="origination_cdr_customer_price_is_a_number",
            ),
        ]


def get_account_model() -> type[models.Model]:
    """The account model of this site."""
    return apps.get_model(conf.account_model())


def get_cdr_model() -> type[models.Model]:
    """The CDR model of this site."""
    return apps.get_model(conf.cdr_model())


def account_key(cdr_model: Any) -> models.Field:
    """The field of accounts whose values the CDRs hold: the primary key, or what ``to_field``
    names."""
    of_account = cdr_model._meta.get_field("account")
    return of_account.target_field if of_account.is_relation else get_account_model()._meta.pk
