"""Stored sums of the CDR table, kept by its triggers (PostgreSQL only; empty elsewhere).

A row is a signed delta: what one statement added to, or took from, one bucket of one account.
Nothing is ever updated in place, so writers neither wait for nor deadlock with each other;
a reader sums the rows of a bucket, and ``compact_rollups`` merges them.
"""

from __future__ import annotations

from django.db import models

from .fields import AccountKeyField

SUMS = ("calls", "successful", "seconds", "billed", "price")


class StoredSums(models.Model):
    account = AccountKeyField(db_column="account_id")
    start = models.DateTimeField(help_text="start of the bucket")
    calls = models.BigIntegerField()
    successful = models.BigIntegerField()
    seconds = models.BigIntegerField(help_text="sum of duration")
    billed = models.BigIntegerField(help_text="sum of customer_duration")
    # More places than any price column, so that a host's finer prices stay exact; and digits for
    # many prices that are no numbers, each of which counts as an amount that no call costs.
    price = models.DecimalField(max_digits=60, decimal_places=12)

    class Meta:
        abstract = True


class MinuteSums(StoredSums):
    class Meta:
        indexes = [
            models.Index(fields=["account", "start", *SUMS], name="origination_minutesums_key")
        ]


class HourSums(StoredSums):
    class Meta:
        indexes = [
            models.Index(fields=["account", "start", *SUMS], name="origination_hoursums_key")
        ]


class CountryHourSums(StoredSums):
    dst_country_id = models.IntegerField()

    class Meta:
        indexes = [
            models.Index(
                fields=["account", "dst_country_id", "start", *SUMS],
                name="origination_countryhours_key",
            )
        ]


class KeptSums(models.Model):
    """Up to when sums outlive their CDRs: they are neither verified nor repaired."""

    before = models.DateTimeField()


class StaleMark(models.Model):
    """Why the sums are not to be believed. While there is one, CDRs answer everything."""

    since = models.DateTimeField()
    reason = models.TextField()
    is_of_rebuild = models.BooleanField(help_text="not yet done, or cut off")
