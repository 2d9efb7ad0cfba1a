import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from .factories import AccountFactory, CDRFactory

pytestmark = pytest.mark.django_db

LISTS = ["admin:origination_cdr_changelist", "admin:origination_account_changelist"]


@pytest.fixture
def operator(client):
    user = get_user_model().objects.create_user("operator", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=["view_cdr", "view_account"]))
    client.force_login(user)
    return client


@pytest.mark.parametrize("name", LISTS)
def test_permission_to_view_suffices_for_reading(operator, name):
    cdr = CDRFactory()
    response = operator.get(reverse(name))
    assert response.status_code == 200
    assert cdr.account.name in response.content.decode()


@pytest.mark.parametrize("name", LISTS)
def test_staff_without_the_permission_gets_403(client, name):
    client.force_login(get_user_model().objects.create_user("clerk", is_staff=True))
    assert client.get(reverse(name)).status_code == 403


@pytest.mark.parametrize("model", ["cdr", "account"])
def test_nothing_can_be_added_changed_or_deleted_even_by_a_superuser(admin_client, model):
    cdr = CDRFactory()
    pk = {"cdr": cdr.pk, "account": cdr.account_id}[model]
    view = f"admin:origination_{model}"
    assert admin_client.get(reverse(f"{view}_add")).status_code == 403
    assert admin_client.post(reverse(f"{view}_change", args=[pk]), {"x": 1}).status_code == 403
    assert admin_client.post(reverse(f"{view}_delete", args=[pk])).status_code == 403
    body = {"action": "delete_selected", "_selected_action": [pk], "post": "yes"}
    admin_client.post(reverse(f"{view}_changelist"), body)
    cdr.refresh_from_db()
    cdr.account.refresh_from_db()


def test_the_list_runs_as_many_queries_for_fifty_cdrs_as_for_two(
    operator, django_assert_num_queries
):
    from django.db import connection

    CDRFactory.create_batch(2)
    url = reverse(LISTS[0])
    with CaptureQueriesContext(connection) as few:
        operator.get(url)
    CDRFactory.create_batch(48, account=AccountFactory())
    with django_assert_num_queries(len(few)):
        operator.get(url)


@pytest.mark.parametrize(("outcome", "found"), [("answered", "4911"), ("failed", "4922")])
def test_the_outcome_filter_splits_answered_and_failed(operator, outcome, found):
    CDRFactory(src_prefix_routing="4911", duration=1)
    CDRFactory(src_prefix_routing="4922", duration=0)
    page = operator.get(reverse(LISTS[0]), {"outcome": outcome}).content.decode()
    assert [n for n in ("4911", "4922") if n in page] == [found]
