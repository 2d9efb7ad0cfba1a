"""Authentication classes of the host, good ones and odd ones."""

import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.http import Http404
from django.test import Client
from drf_spectacular.generators import SchemaGenerator
from rest_framework import exceptions
from rest_framework.authentication import BaseAuthentication
from rest_framework_simplejwt.models import TokenUser
from rest_framework_simplejwt.settings import api_settings
from rest_framework_simplejwt.tokens import AccessToken

from origination.api.authentication import CustomerJWTAuthentication
from origination.api.tokens import issue_token
from origination.models import get_account_model
from origination.tests.support.client import AUTH_URL, FROM, URL, configured
from origination.tests.support.factories import AccountFactory, UserFactory

pytestmark = pytest.mark.django_db
ACCOUNTS_URL = str(URL).replace("origination-statistics", "accounts")
SESSION = "rest_framework.authentication.SessionAuthentication"
OURS = "origination.authentication.CustomerJWTAuthentication"


class Host(BaseAuthentication):
    """Answers what the test says."""

    answer = staticmethod(lambda request: None)

    def authenticate(self, request):
        return self.answer(request)


class Plain:
    """Has nothing but what it must have."""

    def authenticate(self, request):
        return Host.answer(request)


class OddChallenge(Host):
    def authenticate_header(self, request):
        raise KeyError("realm")


class Unmakeable:
    def __init__(self):
        raise RuntimeError("no configuration")

    def authenticate(self, request):
        return None


class Subclass(CustomerJWTAuthentication):
    """A host's own way to read the header."""


def path(of):
    return f"{of.__module__}.{of.__qualname__}"


@pytest.fixture
def answering(monkeypatch):
    def set_answer(answer, of=Host):
        monkeypatch.setattr(Host, "answer", staticmethod(answer))
        return configured(AUTHENTICATION_CLASSES=[path(of)])

    return set_answer


def both(account, **headers):
    query = {"account-id": str(account.uuid), "from-time": FROM, "sampling": "day"}
    client = Client(headers=headers)
    return client.get(URL, query), client.get(ACCOUNTS_URL)


def assert_refused(response):
    assert (response.status_code, response.content) == (401, b'{"error":"invalid token"}')
    assert response["www-authenticate"]


def assert_unavailable(response):
    assert (response.status_code, set(response.json())) == (503, {"error"})
    assert response["retry-after"]


@pytest.mark.parametrize("method", ["get", "head"])
def test_session_authentication_alone_answers_401_and_no_403(method):
    account = AccountFactory(users=[UserFactory()])
    with configured(AUTHENTICATION_CLASSES=[SESSION]):
        response = getattr(Client(), method)(URL)
        assert (response.status_code, bool(response["www-authenticate"])) == (401, True)
        assert_refused(both(account)[0])


def test_session_authentication_lets_in_whoever_has_a_session():
    customer = UserFactory()
    account = AccountFactory(users=[customer])
    client = Client()
    client.force_login(customer, backend="django.contrib.auth.backends.ModelBackend")
    query = {"account-id": str(account.uuid), "from-time": FROM, "sampling": "day"}
    with configured(AUTHENTICATION_CLASSES=[SESSION]):
        assert client.get(URL, query).status_code == 200


class Bare:
    """A user that has next to nothing."""

    is_authenticated = True


REFUSED = {
    "nobody": lambda request: None,
    "anonymous": lambda request: (AnonymousUser(), None),
    "no user": lambda request: (None, None),
    "no user, but a token": lambda request: (None, "token"),
    "an object": lambda request: (object(), None),
    "inactive": lambda request: (UserFactory.build(is_active=False), None),
}
RAISED = {
    "refused": exceptions.AuthenticationFailed("of whoever"),
    "no 403 by DRF": exceptions.PermissionDenied("CSRF Failed"),
    "no 403 by Django": PermissionDenied("CSRF"),
}


def raising(error):
    def answer(request):
        raise error

    return answer


@pytest.mark.parametrize("of", [Host, Plain, OddChallenge])
@pytest.mark.parametrize(
    "answer",
    [*REFUSED.values(), *map(raising, RAISED.values())],
    ids=[*REFUSED, *RAISED],
)
def test_whoever_is_no_customer_gets_401(answering, answer, of):
    account = AccountFactory()
    with answering(answer, of):
        for response in both(account):
            assert_refused(response)


ODD = {
    "a bug": KeyError("sub"),
    "another": AttributeError("'NoneType' object has no attribute 'user'"),
    "a provider that does not answer": ConnectionError("identity provider"),
    "a page that is not there": Http404("no such user"),
    "database": OperationalError("gone"),
}


@pytest.mark.parametrize("error", ODD.values(), ids=ODD)
def test_a_class_that_fails_is_503_and_not_500(answering, error):
    with answering(raising(error)):
        for response in both(AccountFactory()):
            assert_unavailable(response)


@pytest.mark.parametrize("returned", [Bare, (), (1, 2, 3), "ab" * 2, 0.5], ids=str)
def test_a_class_that_returns_nonsense_is_503(answering, returned):
    with answering(lambda request: returned):
        for response in both(AccountFactory()):
            assert_unavailable(response)


WRONG = [
    "rest_framework.authentication.SessionAuthentication",
    [],
    None,
    3,
    ["a.B"],
    ["nonsense"],
    [3],
    ["django.db.models.Model"],
    ["django.contrib.auth.authenticate"],
    [path(Unmakeable)],
]


@pytest.mark.parametrize("classes", WRONG, ids=repr)
def test_a_setting_that_names_no_class_is_503(classes, caplog):
    account = AccountFactory()
    with configured(AUTHENTICATION_CLASSES=classes):
        for response in both(account):
            assert_unavailable(response)
        body = {"auth": {"login": "a", "password": "b"}}
        posted = Client().post(AUTH_URL, body, content_type="application/json")
    assert posted.status_code in (404, 503)
    assert caplog.records


def test_a_user_of_the_site_is_let_in_without_a_token(answering):
    customer = UserFactory()
    account = AccountFactory(users=[customer])
    with answering(lambda request: (customer, None)):
        assert [response.status_code for response in both(account)] == [200, 200]


STATELESS = {
    "of simplejwt": lambda user: TokenUser({api_settings.USER_ID_CLAIM: user.pk}),
    "with a key": lambda user: type("Caller", (), {"is_authenticated": True, "pk": user.pk})(),
    "without a key": lambda user: Bare(),
    "never saved": lambda user: UserFactory.build(),
    "of another model": lambda user: AccountFactory(),
}


def authenticated(user):
    user.is_authenticated = True
    return user


@pytest.mark.parametrize("make", STATELESS.values(), ids=STATELESS)
def test_a_user_of_whom_the_accounts_know_nothing_is_401(answering, make):
    customer = UserFactory()
    account = AccountFactory(users=[customer])
    caller = make(customer)
    if not getattr(caller, "is_authenticated", False):
        caller = authenticated(caller)
    with answering(lambda request: (caller, None)), configured_with_limits():
        for response in both(account):
            assert_refused(response)


def configured_with_limits():
    return configured(
        AUTHENTICATION_CLASSES=[path(Host)], THROTTLE_RATE="100/min", MAX_CONCURRENT=2
    )


@pytest.mark.parametrize("make", list(STATELESS.values())[:3], ids=list(STATELESS)[:3])
def test_a_host_may_know_what_such_a_user_sees(answering, monkeypatch, make):
    account = AccountFactory()
    caller = make(UserFactory())
    model = get_account_model()
    everything = model._default_manager.all

    class Accounts:
        def visible_to(self, user):
            return everything().filter(pk=account.pk)

        def using(self, alias):
            return self

    monkeypatch.setattr(model, "objects", Accounts())
    with answering(lambda request: (caller, None)), configured_with_limits():
        assert [response.status_code for response in both(account)] == [200, 200]


def test_several_classes_are_asked_in_turn(answering):
    customer = UserFactory()
    account = AccountFactory(users=[customer])
    with configured(AUTHENTICATION_CLASSES=[SESSION, OURS]):
        responses = both(account, Authorization=f"Bearer {issue_token(customer)}")
        assert [response.status_code for response in responses] == [200, 200]


SIMPLEJWT = "rest_framework_simplejwt.authentication"
of_the_demo_site = pytest.mark.skipif(
    api_settings.USER_ID_FIELD != "id", reason="the host's simplejwt has settings of its own"
)


@of_the_demo_site
@pytest.mark.parametrize(
    ("name", "statuses"),
    [("JWTAuthentication", [200, 200]), ("JWTStatelessUserAuthentication", [401, 401])],
)
def test_simplejwt_of_the_host_lets_in_whom_the_accounts_know(name, statuses):
    customer = UserFactory()
    account = AccountFactory(users=[customer])
    bearer = f"Bearer {AccessToken.for_user(customer)}"
    with configured(AUTHENTICATION_CLASSES=[f"{SIMPLEJWT}.{name}"]):
        responses = both(account, Authorization=bearer)
        refused = both(account, Authorization=f"Bearer {issue_token(customer)}")
    assert [response.status_code for response in responses] == statuses
    for response in refused:
        assert_refused(response)


def post_auth():
    body = {"auth": {"login": "a", "password": "b"}}
    return Client().post(AUTH_URL, body, content_type="application/json")


@pytest.mark.parametrize("dialect", ["published", "yeti"])
def test_where_our_tokens_are_not_accepted_none_is_given(dialect):
    with configured(AUTHENTICATION_CLASSES=[SESSION], DIALECT=dialect):
        answers = [post_auth(), Client().get(AUTH_URL), Client().delete(AUTH_URL)]
    assert [response.status_code for response in answers] == [404, 404, 404]
    assert answers[0].content == b'{"error":"not found"}'


ACCEPTING = pytest.mark.parametrize(
    "classes", [[SESSION, OURS], [path(Subclass)]], ids=["beside", "subclass"]
)


@ACCEPTING
def test_where_one_class_accepts_them_they_are_given(classes):
    with configured(AUTHENTICATION_CLASSES=classes):
        assert post_auth().status_code == 401


def described():
    return SchemaGenerator().get_schema(request=None, public=True)["paths"]


describing = pytest.mark.skipif(
    "drf_spectacular" not in settings.INSTALLED_APPS, reason="needs drf-spectacular"
)


@describing
@ACCEPTING
def test_where_they_are_given_the_description_says_so(classes):
    with configured(AUTHENTICATION_CLASSES=classes):
        assert {str(URL), str(AUTH_URL)} <= set(described())


@describing
def test_where_they_are_not_the_description_does_not_know_the_path():
    with configured(AUTHENTICATION_CLASSES=[SESSION]):
        assert {str(URL), str(AUTH_URL)} & set(described()) == {str(URL)}


def test_what_a_token_calls_its_user_forges_no_line_of_the_log(answering, caplog):
    caplog.set_level("INFO", "origination.requests")
    caller = type("Caller", (), {"is_authenticated": True, "pk": "40 status=200\nforged"})()
    with answering(lambda request: (caller, None)):
        both(AccountFactory())
    (record,) = (r for r in caplog.records if r.name == "origination.requests")
    assert record.getMessage().startswith("customer='40 status=200\\nforged' ")
