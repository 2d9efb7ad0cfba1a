"""An address is one address, however it is written, asked for or stored."""

from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest
from django.db import connections, models
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from origination.importing import values
from origination.models import get_cdr_model
from origination.statistics.spellings import forms, plain, spellings
from origination.tests.support.client import ask
from origination.tests.support.factories import AccountFactory, CDRFactory, UserFactory
from origination.tests.support.tables import (
    ALIAS,
    COLUMNS,
    VENDOR,
    created,
    insert,
    mounted,
    of_a_switch,
    switch_model,
)

pytestmark = pytest.mark.django_db

# Many zeros, as addresses have, so that some are shortened.
GROUPS = st.lists(st.sampled_from([0, 0, 0, 1, 0xFFFF, 0xDB8]), min_size=8, max_size=8)
IPV6 = GROUPS.map(lambda groups: IPv6Address(":".join(f"{group:x}" for group in groups)))
ADDRESSES = st.ip_addresses() | IPV6
MAPPED = "::ffff:192.0.2.17"


@given(ADDRESSES)
@example(IPv6Address(MAPPED))
def test_every_spelling_is_of_the_address_and_no_other(address):
    for text in spellings(plain(str(address))):
        written, _, length = text.partition("/")
        assert plain(written) == plain(str(address))
        assert length in ("", str(ip_address(written).max_prefixlen))
        assert text == text.lower()


@given(ADDRESSES)
def test_what_python_writes_is_among_the_spellings(address):
    expected = {str(address), address.exploded, address.compressed}
    assert expected <= set(spellings(plain(str(address))))


@given(st.ip_addresses(v=4))
def test_a_mapped_address_is_the_address_that_it_maps(address):
    mapped = IPv6Address(f"::ffff:{address}")
    for text in (f"::ffff:{address}", str(mapped), mapped.exploded, mapped.exploded.upper()):
        assert plain(text) == str(address)
        assert values.address("ip", text) == str(address)
        assert text.lower() in spellings(str(address))
    assert [ip_address(form) for form in forms(str(address))] == [address, mapped]


@given(IPV6)
def test_an_ipv6_address_has_one_form(address):
    if address.ipv4_mapped is None:
        assert forms(plain(str(address))) == [str(address)]


@pytest.mark.parametrize(
    "text", ["", "192.0.2", "192.0.2.017", "::ffff:192.0.2.300", "fe80::1%eth0"]
)
def test_what_is_no_address_is_refused(text):
    with pytest.raises(ValueError):
        plain(text)


# As a switch writes them into a column of texts, or an inet reads them.
SPELT = {
    "192.0.2.17": ["192.0.2.17", MAPPED, "::FFFF:C000:211", "0:0:0:0:0:ffff:192.0.2.17"],
    "2001:db8::1": ["2001:db8::1", "2001:DB8::1", "2001:0db8:0000:0000:0000:0000:0000:0001"],
    "::": ["::", "0:0:0:0:0:0:0:0", "::0.0.0.0"],
}
OTHERS = ["192.0.2.18", "::ffff:192.0.2.18", "::192.0.2.17", "2001:db8::2", "::2", None]


STORED = [text for spelt in SPELT.values() for text in spelt] + OTHERS
ASKED = [(text, len(spelt)) for spelt in SPELT.values() for text in spelt]


def store(cdr, text):
    """Not what the field makes of it when an instance is saved; ClickHouse has but one form."""
    if VENDOR not in COLUMNS:
        return
    table, address, key = (
        f'"{name}"'
        for name in (
            cdr._meta.db_table,
            cdr._meta.get_field("auth_orig_ip").column,
            cdr._meta.pk.column,
        )
    )
    with connections[ALIAS].cursor() as cursor:
        cursor.execute(f"UPDATE {table} SET {address} = %s WHERE {key} = %s", [text, cdr.pk])


@pytest.mark.parametrize(("asked", "found"), ASKED)
def test_whoever_asks_for_one_spelling_finds_them_all(asked, found):
    account = AccountFactory(users=[customer := UserFactory()])
    for text in STORED:
        store(CDRFactory(account=account, auth_orig_ip=text), text)
    answer = ask(customer, account, auth_orig_ip=asked)
    assert answer.json()["totals"]["total_calls"] == found


@of_a_switch
@pytest.mark.parametrize(("asked", "found"), ASKED)
@pytest.mark.parametrize("column", ["varchar(60)", "text"])
@pytest.mark.parametrize(
    "field", [models.GenericIPAddressField(null=True), models.CharField(max_length=60, null=True)]
)
def test_so_do_those_whose_switch_writes_texts(column, field, asked, found):
    account = AccountFactory(users=[customer := UserFactory()])
    length = 128 if ":" in asked else 32
    with mounted(switch_model(auth_orig_ip=field.clone()), created(auth_orig_ip=column)):
        for n, text in enumerate([*STORED, f"{asked}/{length}", f" {asked} ", "unknown", ""]):
            address = "NULL" if text is None else f"'{text}'"
            given = {"id": str(n), "account_id": str(account.pk), "auth_orig_ip": address}
            numbers = dict.fromkeys(("duration", "customer_duration", "customer_price"), "0")
            insert(**given, **numbers, time_start="'2026-06-11 15:40:07'")
        answer = ask(customer, account, auth_orig_ip=asked, from_time="2026-06-11")
    assert answer.json()["totals"]["total_calls"] == found + 2


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(stored=st.lists(IPV6 | st.just(IPv4Address("0.0.0.1")), max_size=8), asked=IPV6)
@example(stored=[IPv4Address("0.0.0.1"), IPv6Address("::ffff:0:1")], asked=IPv4Address("0.0.0.1"))
def test_as_many_are_found_as_python_finds(db, stored, asked):
    account = AccountFactory(users=[customer := UserFactory()])
    get_cdr_model().objects.bulk_create(
        CDRFactory.build(account=account, auth_orig_ip=str(address)) for address in stored
    )
    answer = ask(customer, account, auth_orig_ip=str(asked)).json()
    same = [address for address in stored if plain(str(address)) == plain(str(asked))]
    assert answer["totals"]["total_calls"] == len(same)
