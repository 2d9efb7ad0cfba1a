"""What an import knows besides CDRs: account codes, keys of switches, records that were rejected.

They live beside the accounts, which may be in another database than the CDRs.
"""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone

from origination import conf

from .formats import JSON_FORMATS, Format, FormatError

# Those of records that are JSON objects.
FEED_FORMATS = JSON_FORMATS


def _account(**options: Any) -> models.ForeignKey:
    # No constraint: where the app was taken out of a site, whoever deletes an account knows
    # nothing of this table.
    return models.ForeignKey(
        conf.account_model(), models.CASCADE, db_constraint=False, related_name="+", **options
    )


class AccountCode(models.Model):
    """What a switch calls an account."""

    code = models.CharField(max_length=64)
    source = models.CharField(
        "switch",
        max_length=100,
        blank=True,
        default="",
        help_text="the source of the import or of the feed key; empty: of any switch",
    )
    account = _account()

    class Meta:
        ordering = ["code", "source"]
        constraints = [
            models.UniqueConstraint(fields=["code", "source"], name="origination_accountcode_code")
        ]

    def __str__(self) -> str:
        return f"{self.code} ({self.source})" if self.source else self.code


class FeedKey(models.Model):
    """What a switch shows when it posts CDRs, and how these are read.

    The key itself is not stored: ``digest`` is its SHA-256, ``prefix`` what it begins with.
    """

    name = models.CharField(max_length=100)
    prefix = models.CharField(max_length=16, unique=True, editable=False)
    digest = models.CharField(max_length=64, editable=False)
    created_at = models.DateTimeField("created", default=timezone.now, editable=False)
    used_at = models.DateTimeField("last used", null=True, editable=False)
    revoked_at = models.DateTimeField("revoked", null=True, editable=False)
    format = models.CharField(max_length=32, default="jsonl")
    time_zone = models.CharField(
        max_length=64,
        default="UTC",
        help_text="IANA name; of times without an offset",
    )
    source = models.CharField(
        "switch",
        max_length=100,
        blank=True,
        default="",
        help_text="account codes of this switch are its own",
    )
    mapping = models.JSONField(
        default=dict, blank=True, help_text="its names of fields, beside ours"
    )
    rounding = models.CharField(
        max_length=16, blank=True, default="", help_text="of seconds with a fraction"
    )
    legs = models.CharField(max_length=16, default="calls")
    countries = models.CharField(
        max_length=16, blank=True, default="", help_text="how those are found that it does not tell"
    )
    account = _account(null=True, blank=True, help_text="of all its calls, whatever their codes")
    own_codes_only = models.BooleanField(
        default=False,
        help_text="only codes of its switch stand for accounts: no codes of any switch, no uuids",
    )

    class Meta:
        ordering = ["name", "pk"]
        default_permissions = ("change", "view")
        constraints = [
            models.UniqueConstraint(
                fields=["name"],
                condition=models.Q(revoked_at=None),
                name="origination_feedkey_name",
                violation_error_message="A key of this name is in use: revoke it first.",
            )
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        if self.own_codes_only and not self.source:
            raise ValidationError("Own codes are those of a switch: name its source.")
        if self.format not in FEED_FORMATS:
            raise ValidationError(f"No switch posts the format {self.format!r}.")
        try:
            self.reading()
        except FormatError as e:
            raise ValidationError(str(e)) from e
        except (ValueError, OSError, LookupError) as e:
            raise ValidationError({"time_zone": f"No such time zone: {self.time_zone}"}) from e

    def reading(self) -> Format:
        """How its records are read. Raises FormatError, and what a wrong zone raises."""
        return Format(
            name=self.format,
            zone=ZoneInfo(self.time_zone),
            mapping=tuple(self.mapping.items()),
            rounding=self.rounding,
            source=self.source,
            legs=self.legs,
            countries=self.countries,
        )


class RejectedRecord(models.Model):
    """A record that was no CDR of an account, as it came; kept until it is one, or too old."""

    # Of the source and the text: what comes again is kept once.
    digest = models.CharField(max_length=64, unique=True, editable=False)
    received_at = models.DateTimeField("received", default=timezone.now)
    source = models.CharField("switch", max_length=255, blank=True, default="")
    key = models.ForeignKey(
        FeedKey, models.SET_NULL, null=True, blank=True, db_constraint=False, related_name="+"
    )
    kind = models.CharField(max_length=64, help_text="the reason without its details")
    reason = models.TextField()
    text = models.TextField()
    reading = models.JSONField(null=True, blank=True, help_text="how it is read without a key")

    class Meta:
        ordering = ["-received_at", "-pk"]
        default_permissions = ("change", "delete", "view")
        indexes = [
            models.Index(fields=["received_at"], name="origination_rejected_time"),
            models.Index(fields=["kind", "received_at"], name="origination_rejected_kind"),
        ]

    def __str__(self) -> str:
        return self.reason[:80]
