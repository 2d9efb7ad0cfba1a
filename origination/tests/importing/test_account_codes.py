"""Account codes in the database, of whatever account model the site has."""

import io
import uuid

import pytest
from django.core.management import call_command

from origination.importing import accounts as accounts_module
from origination.importing.accounts import Accounts
from origination.importing.models import AccountCode
from origination.importing.values import Rejected
from origination.models import account_key, get_cdr_model
from origination.statistics.accounts import account_uuid

pytestmark = pytest.mark.django_db


def held(account):
    return getattr(account, account_key(get_cdr_model()).attname)


def code(account, code="7001", source=""):
    return AccountCode.objects.create(code=code, source=source, account=account)


def test_a_code_of_any_switch_stands_for_its_account(account):
    code(account)
    assert Accounts()("7001") == held(account)
    assert Accounts(source="gw2")("7001") == held(account)


def test_a_code_of_a_switch_goes_before_one_of_any(accounts):
    anyones, own = accounts
    code(anyones)
    code(own, source="gw2")
    assert Accounts()("7001") == Accounts(source="gw1")("7001") == held(anyones)
    assert Accounts(source="gw2")("7001") == held(own)


def test_a_code_of_another_switch_is_unknown(account):
    code(account, source="gw2")
    for source in ("", "gw1"):
        with pytest.raises(Rejected, match="unknown account: '7001'"):
            Accounts(source=source)("7001")


def test_the_map_wins(accounts):
    mapped, coded = accounts
    code(coded)
    assert Accounts(codes={"7001": account_uuid(mapped)})("7001") == held(mapped)


def test_one_account_for_all_wins(accounts):
    only, coded = accounts
    code(coded)
    found = Accounts(only=account_uuid(only))
    found.look_up(["7001"])
    assert found("7001") == held(only)


def test_a_code_that_reads_as_a_uuid_is_a_code_first(accounts):
    named, coded = accounts
    code(coded, code=str(account_uuid(named)))
    assert Accounts()(str(account_uuid(named))) == held(coded)
    assert Accounts()(str(account_uuid(coded))) == held(coded)


def test_with_own_codes_only_nothing_else_stands_for_an_account(accounts):
    anyones, own = accounts
    code(anyones, "7001")
    code(own, "7002", source="gw2")
    restricted = Accounts(source="gw2", own_codes_only=True)
    assert restricted("7002") == held(own)
    for unknown in ("7001", str(account_uuid(own)), str(uuid.uuid4()), ""):
        with pytest.raises(Rejected, match="unknown account"):
            restricted(unknown)


def test_many_codes_cost_one_query(accounts, django_assert_num_queries):
    for number in range(50):
        code(accounts[number % 2], code=f"c{number}", source="gw" if number % 3 else "")
    found = Accounts(source="gw")
    with django_assert_num_queries(1):
        found.look_up([f"c{number}" for number in range(60)])
    with django_assert_num_queries(0):
        for number in range(50):
            assert found.known(f"c{number}") == held(accounts[number % 2])
        assert found.known("c55") is None


@pytest.mark.parametrize("odd", ["", "\0", "\ud800", "x" * 100_000, "%", "' OR 1=1 --"])
def test_what_no_column_holds_is_an_unknown_code(account, odd):
    code(account)
    found = Accounts()
    found.look_up([odd, "7001"])
    assert found.known("7001") == held(account)
    with pytest.raises(Rejected, match="unknown account"):
        found(odd)


def test_a_code_that_is_changed_counts_after_a_minute(accounts, monkeypatch):
    before, after = accounts
    row = code(before)
    found = Accounts()
    assert found("7001") == held(before)
    row.account = after
    row.save()
    assert found("7001") == held(before)
    later = accounts_module.time.monotonic() + accounts_module.SECONDS_TO_REMEMBER + 1
    monkeypatch.setattr(accounts_module.time, "monotonic", lambda: later)
    assert found.known("7001") is None
    assert found("7001") == held(after)


def test_a_code_of_an_account_that_was_deleted_is_gone(account):
    code(account)
    account.delete()
    assert not AccountCode.objects.exists()


def test_a_code_of_an_account_that_is_gone_unnoticed_is_unknown(account):
    AccountCode.objects.create(code="7001", account_id=account.pk + 1000)
    with pytest.raises(Rejected, match="unknown account: '7001'"):
        Accounts()("7001")


def test_a_command_that_imports_knows_the_codes(account, tmp_path):
    code(account)
    (tmp_path / "calls.csv").write_text(
        f"uuid,account,time_start,duration\n{uuid.uuid4()},7001,2026-06-11T15:40:07Z,60\n"
    )
    out = io.StringIO()
    arguments = [str(tmp_path / "calls.csv"), "--format=csv", "--no-progress"]
    call_command("import_cdrs", *arguments, stdout=out)
    assert "imported 1" in out.getvalue()
    assert get_cdr_model().objects.get().account_id == held(account)
    AccountCode.objects.update(source="gw2")
    with pytest.raises(SystemExit):
        call_command("import_cdrs", *arguments, stdout=out, stderr=io.StringIO())
    call_command("import_cdrs", *arguments, "--source=gw2", stdout=out)
    assert out.getvalue().splitlines()[-1] == "read 1, imported 0, already there 1, rejected 0"
