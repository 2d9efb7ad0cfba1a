"""Every way in which a host has a say: it is asked, whatever shortcut there is."""

import pytest
from django.db import models, router
from django.db.models.sql import Query

from origination.models import AccountManager, AccountQuerySet, get_account_model, get_cdr_model
from origination.statistics import accounts
from origination.statistics.overriding import every_row, is_every_row
from origination.tests.support.client import ask
from origination.tests.support.factories import AccountFactory, CDRFactory, UserFactory

pytestmark = pytest.mark.django_db

ACCOUNT, CDR = get_account_model(), get_cdr_model()
ALIAS = router.db_for_write(CDR) or "default"
HIDDEN = "suspended"
ours_alone = pytest.mark.skipif(
    not isinstance(ACCOUNT.objects, AccountManager), reason="a host's own accounts"
)


def use(monkeypatch, model, manager):
    """Make it the manager of the model, as its class would have it."""
    manager.model, manager.name = model, "objects"
    monkeypatch.setitem(model._meta.managers_map, "objects", manager)
    monkeypatch.setitem(vars(model._meta), "default_manager", manager)


# Accounts: who may see what.


def some(visible):
    return visible.exclude(name=HIDDEN)


class Visibility:
    def visible_to(self, user):
        return some(super().visible_to(user))


class Choice:
    def get_queryset(self):
        return some(super().get_queryset())


class VisibilityQuerySet(Visibility, AccountQuerySet):
    pass


class FilteringQuerySet(AccountQuerySet):
    def _filter_or_exclude_inplace(self, negate, args, kwargs):
        super()._filter_or_exclude_inplace(negate, args, kwargs)
        self._query.add_q(~models.Q(name=HIDDEN))


class ChoosingQuery(Query):
    """As packages for soft deletion have it: the condition comes last."""

    def get_compiler(self, *args, **kwargs):
        chosen = self.chain(klass=Query)
        chosen.add_q(~models.Q(name=HIDDEN))
        return chosen.get_compiler(*args, **kwargs)


class QueryManager(AccountManager):
    def get_queryset(self):
        return AccountQuerySet(self.model, query=ChoosingQuery(self.model), using=self._db)


class Attributes(AccountManager):
    def __getattribute__(self, name):
        if name != "visible_to":
            return super().__getattribute__(name)
        return lambda user: some(AccountQuerySet(self.model).visible_to(user))


def on_the_instance(name):
    def make(monkeypatch):
        manager = AccountManager()
        original = getattr(manager, name)
        setattr(manager, name, lambda *args: some(original(*args)))
        return manager

    return make


def in_the_class(cls, name):
    def make(monkeypatch):
        original = getattr(cls, name)
        monkeypatch.setattr(cls, name, lambda self, *args: some(original(self, *args)))
        return AccountManager()

    return make


def made(*bases, **body):
    return lambda monkeypatch: type("HostManager", bases, body)()


WAYS = {
    "a manager's method": made(Visibility, AccountManager),
    "a manager's method, of as_manager": made(
        Visibility, models.Manager.from_queryset(AccountQuerySet)),
    "a manager's queryset": made(Choice, AccountManager),
    "a queryset's method": lambda monkeypatch: VisibilityQuerySet.as_manager(),
    "a queryset class of the manager": made(AccountManager, _queryset_class=VisibilityQuerySet),
    "a queryset's filters": made(AccountManager, _queryset_class=FilteringQuerySet),
    "a query": made(QueryManager),
    "any attribute": made(Attributes),
    "a method of the instance": on_the_instance("visible_to"),
    "a queryset of the instance": on_the_instance("get_queryset"),
    "our queryset's method": in_the_class(AccountQuerySet, "visible_to"),
    "our manager's method": in_the_class(AccountManager, "visible_to"),
    "our manager's queryset": in_the_class(AccountManager, "get_queryset"),
}  # fmt: skip


@ours_alone
@pytest.mark.parametrize("make", WAYS.values(), ids=WAYS)
def test_an_account_that_a_host_hides_has_no_numbers(monkeypatch, make):
    customer = UserFactory()
    shown, hidden = (AccountFactory(users=[customer], name=name) for name in ("a", HIDDEN))
    # As a process that has answered before the host's code was loaded.
    assert ask(customer, hidden).status_code == 200
    use(monkeypatch, ACCOUNT, make(monkeypatch))
    response = ask(customer, hidden)
    assert (response.status_code, response.json()) == (400, {"error": "invalid value account-id"})
    assert ask(customer, shown).status_code == 200


@ours_alone
@pytest.mark.parametrize(
    "make",
    [lambda: ACCOUNT.objects, lambda: type("M", (AccountManager,), {"active": lambda self: 1})()],
    ids=["ours", "with a method more"],
)
def test_where_a_host_has_no_say_the_account_is_looked_up_by_what_was_compiled(monkeypatch, make):
    account = AccountFactory(users=[customer := UserFactory()])
    use(monkeypatch, ACCOUNT, make())
    monkeypatch.setattr(accounts, "visible_accounts", None)
    assert accounts.visible_account(customer, account.uuid) == account


# CDRs: which of them are calls.

UNRATED = 99


class Rated(models.QuerySet):
    def filter(self, *args, **kwargs):
        return super().filter(*args, **kwargs).exclude(duration=UNRATED)


class RatedQuery(Query):
    def get_compiler(self, *args, **kwargs):
        chosen = self.chain(klass=Query)
        chosen.add_q(~models.Q(duration=UNRATED))
        return chosen.get_compiler(*args, **kwargs)


def rated(cdrs):
    return cdrs.exclude(duration=UNRATED)


def known(cdrs):
    return cdrs.filter(uuid__in=rated(cdrs).values("uuid"))


def annotated(cdrs):
    return cdrs.annotate(more=models.F("duration") + 1).exclude(more=UNRATED + 1)


def choosing(queryset):
    """A manager whose querysets are made by this function of the model."""
    body = {"get_queryset": lambda self: queryset(self.model)}
    return type("Choosing", (models.Manager,), body)()


def instance_of_its_own():
    manager = models.Manager()
    manager.get_queryset = lambda: rated(every_row(CDR, ALIAS))
    return manager


CHOICES = {
    "a filter": lambda: choosing(lambda model: rated(every_row(model, ALIAS))),
    "a filter of the instance": instance_of_its_own,
    "a queryset class": lambda: choosing(lambda model: Rated(model, using=ALIAS)),
    "a query": lambda: choosing(lambda model: models.QuerySet(model, RatedQuery(model), ALIAS)),
    "a subquery": lambda: choosing(lambda model: known(every_row(model, ALIAS))),
    "an annotation": lambda: choosing(lambda model: annotated(every_row(model, ALIAS))),
}  # fmt: skip


@pytest.mark.parametrize("sampling", ["minute", "hour"])
@pytest.mark.parametrize("make", CHOICES.values(), ids=CHOICES)
def test_a_cdr_that_the_manager_leaves_out_is_no_call(monkeypatch, summed, make, sampling):
    account = AccountFactory(users=[customer := UserFactory()])
    for duration in (60, UNRATED):
        CDRFactory(account=account, duration=duration)
    assert ask(customer, account, sampling=sampling).json()["totals"]["total_calls"] == 2
    use(monkeypatch, CDR, make())
    for country in (None, "7"):
        answer = ask(customer, account, sampling=sampling, dst_country_id=country)
        assert answer.json()["totals"]["total_calls"] == (country is None)
        assert 'desc="cdrs"' in answer["Server-Timing"]


@pytest.mark.parametrize(
    ("change", "expected"),
    {
        "all": (lambda cdrs: cdrs, True),
        "ordered": (lambda cdrs: cdrs.order_by("-time_start"), True),
        "with accounts": (lambda cdrs: cdrs.prefetch_related("account"), True),
        "fewer fields": (lambda cdrs: cdrs.only("pk"), True),
        "some": (lambda cdrs: cdrs.filter(duration=1), False),
        "none": (lambda cdrs: cdrs.none(), False),
        "the first ones": (lambda cdrs: cdrs[:3], False),
        "different ones": (lambda cdrs: cdrs.distinct(), False),
        "twice": (lambda cdrs: cdrs.union(cdrs, all=True), False),
        "values": (lambda cdrs: cdrs.values("pk"), False),
        "grouped": (lambda cdrs: cdrs.annotate(n=models.Count("pk")), False),
        "SQL": (lambda cdrs: cdrs.extra(where=["1 = 0"]), False),
    }.values(),
)
def test_a_queryset_is_every_row_of_its_table_or_it_is_not(change, expected):
    assert is_every_row(change(every_row(CDR, ALIAS))) is expected
