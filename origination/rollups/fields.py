"""The key of an account in the stored sums."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.db.models import Field

from origination import conf


class AccountKeyField(Field):
    """Holds what the CDR table's column of the account holds.

    A host's foreign key may point to a code or a uuid; which one is known when the models are
    loaded, so the type is asked for when it is used.
    """

    @property
    def key(self) -> Field:
        account = apps.get_model(conf.cdr_model())._meta.get_field("account")
        return account.target_field if account.is_relation else account

    def db_type(self, connection: Any) -> str | None:
        return self.key.rel_db_type(connection)

    def rel_db_type(self, connection: Any) -> str | None:
        return self.db_type(connection)

    def to_python(self, value: Any) -> Any:
        return self.key.to_python(value)

    def get_prep_value(self, value: Any) -> Any:
        value = super().get_prep_value(value)
        return self.key.get_prep_value(getattr(value, self.key.attname, value))

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        return self.key.get_db_prep_value(value, connection, prepared)

    def get_db_converters(self, connection: Any) -> list[Any]:
        return self.key.get_db_converters(connection)
