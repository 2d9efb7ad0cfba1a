import uuid

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models

from origination.models import AbstractCDR


class Person(AbstractBaseUser, PermissionsMixin):
    number = models.AutoField(primary_key=True)
    email = models.CharField(max_length=200, unique=True)
    is_active = models.BooleanField(default=True)

    objects = BaseUserManager()

    USERNAME_FIELD = "email"


class BillingAccountQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(contacts=user)


class BillingAccount(models.Model):
    """An account model that subclasses nothing of ours."""

    number = models.AutoField(primary_key=True)
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, db_column="external_id")
    name = models.CharField(max_length=100, db_column="title")
    contacts = models.ManyToManyField(Person, related_name="+")

    objects = BillingAccountQuerySet.as_manager()

    class Meta:
        db_table = "billing_accounts"

    @property
    def users(self):
        return self.contacts


class SwitchCDR(AbstractCDR):
    """The table that the switch fills; Django does not manage it."""

    id = models.BigAutoField(primary_key=True, db_column="cdr_id")
    account = models.ForeignKey(
        BillingAccount,
        models.DO_NOTHING,
        db_constraint=False,
        related_name="+",
        db_column="customer_acc_id",
    )
    time_start = models.DateTimeField(db_column="started")
    duration = models.IntegerField(default=0, db_column="talk_seconds")
    customer_price = models.DecimalField(
        max_digits=18, decimal_places=6, default=0, db_column="amount"
    )
    src_prefix_routing = models.CharField(max_length=80, default="", db_column="a_number")
    is_last_cdr = models.BooleanField(default=True, db_column="final")
    disconnect_reason = None

    class Meta:
        managed = False
        db_table = "switch_cdr"
        default_permissions = ("view", "export")
