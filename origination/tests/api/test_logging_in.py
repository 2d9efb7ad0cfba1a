"""The site's own log-in behind ``POST …/auth``: backends, hooks, signals, lock-outs."""

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model, user_logged_in, user_login_failed
from django.contrib.auth.backends import ModelBackend
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.test import Client, override_settings
from rest_framework import exceptions

from origination.tests.support.client import AUTH_URL, configured
from origination.tests.support.factories import AccountFactory, UserFactory

pytestmark = pytest.mark.django_db
QUICK = ["django.contrib.auth.hashers.MD5PasswordHasher"]
PASSWORD = "correct horse"
MODEL_BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture(autouse=True)
def _quick():
    cache.clear()
    with override_settings(PASSWORD_HASHERS=QUICK):
        yield


@pytest.fixture
def customer():
    return UserFactory(password=PASSWORD)


def log_in(login, password=PASSWORD, **extra):
    body = {"auth": {"login": login, "password": password}}
    return Client(**extra).post(AUTH_URL, body, content_type="application/json")


class _ByName:
    """Knows one customer by whatever name the subclass takes."""

    def known(self, login, password):
        users = get_user_model()._default_manager.filter(pk=getattr(type(self), "pk", None))
        return users.first() if (login, password) == ("login@example.com", PASSWORD) else None

    def get_user(self, pk):
        return None


class ByEmail(_ByName):
    def authenticate(self, request, email=None, password=None):
        return self.known(email, password)


class ByEmailAndMore(_ByName):
    def authenticate(self, request, email=None, password=None, **kwargs):
        return self.known(email, password)


class ByUsername(_ByName):
    def authenticate(self, request, username=None, password=None):
        return self.known(username, password)


class ByUsernameField(_ByName):
    """Wants its login under the name that the user model gives it."""


class ByAnything(_ByName):
    def authenticate(self, request, **credentials):
        return self.known(credentials.get("username"), credentials.get("password"))


class ByTicket(_ByName):
    """Takes no password."""

    def authenticate(self, request, ticket):
        raise AssertionError("no ticket was shown")


exec(  # The name is the model's.
    f"def by_field(self, request, {get_user_model().USERNAME_FIELD}, password):\n"
    f"    return self.known({get_user_model().USERNAME_FIELD}, password)",
    globals(),
)
ByUsernameField.authenticate = globals()["by_field"]
BACKENDS = [ByEmail, ByEmailAndMore, ByUsername, ByUsernameField, ByAnything]


@pytest.mark.parametrize("others", [[], [MODEL_BACKEND]], ids=["alone", "beside Django's"])
@pytest.mark.parametrize("backend", BACKENDS)
def test_a_backend_gets_the_login_by_the_name_that_it_wants(customer, backend, others, monkeypatch):
    monkeypatch.setattr(backend, "pk", customer.pk, raising=False)
    paths = [*others, f"{__name__}.{ByTicket.__name__}", f"{__name__}.{backend.__name__}"]
    with override_settings(AUTHENTICATION_BACKENDS=paths):
        assert log_in("login@example.com").status_code == 201
        assert log_in("login@example.com", "wrong").status_code == 401


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_failure_is_told_once_whatever_the_backends_call_the_login(backend):
    told = []

    def note(sender, credentials, **kwargs):
        told.append(credentials)

    paths = [f"{__name__}.{backend.__name__}", MODEL_BACKEND, f"{__name__}.ByEmail"]
    user_login_failed.connect(note)
    try:
        with override_settings(AUTHENTICATION_BACKENDS=paths):
            assert log_in("login@example.com", "wrong").status_code == 401
    finally:
        user_login_failed.disconnect(note)
    (credentials,) = told
    assert {credentials["username"], credentials["email"]} == {"login@example.com"}
    assert "wrong" not in credentials.values()


class AsksForMore(ModelBackend):
    def authenticate(self, request, username, password, code):
        raise AssertionError("there is no code")


class Forbids(ModelBackend):
    def authenticate(self, request, username=None, password=None):
        raise PermissionDenied


def test_a_backend_that_takes_something_else_is_passed_over_and_one_may_forbid_the_others(customer):
    name = customer.get_username()
    for first, status in ((AsksForMore, 201), (ByTicket, 201), (Forbids, 401)):
        paths = [f"{__name__}.{first.__name__}", MODEL_BACKEND]
        with override_settings(AUTHENTICATION_BACKENDS=paths):
            assert log_in(name).status_code == status


class IgnoresCase(ModelBackend):
    def authenticate(self, request, username=None, password=None, **kwargs):
        name = f"{get_user_model().USERNAME_FIELD}__iexact"
        user = get_user_model()._default_manager.filter(**{name: username}).first()
        return user if user and user.check_password(password) else None


@override_settings(AUTHENTICATION_BACKENDS=[f"{__name__}.IgnoresCase"])
def test_capitals_are_what_the_host_s_backend_makes_of_them(customer):
    assert log_in(customer.get_username().upper()).status_code == 201


class LetsEverybodyIn(ModelBackend):
    answer = None

    def authenticate(self, request, username=None, password=None, **kwargs):
        return type(self).answer


STRANGERS = {
    "inactive": lambda: UserFactory(is_active=False),
    "of another model": lambda: AccountFactory(),
    "without a key": lambda: UserFactory.build(),
    "with a key that no token can hold": lambda: UserFactory.build(pk=-1),
    "key 0": lambda: UserFactory.build(pk=0),
}


@pytest.mark.parametrize("stranger", STRANGERS.values(), ids=STRANGERS)
@override_settings(AUTHENTICATION_BACKENDS=[f"{__name__}.LetsEverybodyIn"])
def test_whom_a_token_cannot_stand_for_gets_none(monkeypatch, stranger):
    monkeypatch.setattr(LetsEverybodyIn, "answer", stranger())
    assert log_in("somebody").status_code == 401


class Raises(ModelBackend):
    error = None

    def authenticate(self, request, username=None, password=None, **kwargs):
        raise type(self).error


RAISED = {
    "refused by Django": (PermissionDenied("locked"), 401),
    "refused by DRF": (exceptions.PermissionDenied("locked"), 401),
    "a bug": (KeyError("dn"), 503),
    "a directory that does not answer": (ConnectionError("ldap"), 503),
}


@pytest.mark.parametrize(("error", "status"), RAISED.values(), ids=RAISED)
@override_settings(AUTHENTICATION_BACKENDS=[f"{__name__}.Raises"])
def test_a_backend_that_fails_is_no_defect_of_the_endpoint(monkeypatch, error, status):
    monkeypatch.setattr(Raises, "error", error)
    response = log_in("somebody")
    assert (response.status_code, set(response.json())) == (status, {"error"})


# The host's hook; the test says what it answers.
def may_log_in(request, user):
    return may_log_in.answer(request, user)


HOOK = f"{__name__}.may_log_in"


@pytest.mark.parametrize(("answer", "status"), [(True, 201), (False, 401), (None, 401)])
def test_the_host_says_who_may_log_in_by_a_password_alone(customer, answer, status):
    seen = []
    may_log_in.answer = lambda *asked: seen.append(asked) or answer
    with configured(MAY_LOG_IN=HOOK):
        response = log_in(customer.get_username())
        assert log_in(customer.get_username(), "wrong").status_code == 401
    assert response.status_code == status
    ((request, user),) = seen
    assert (request.path, user) == (AUTH_URL, customer)
    if status == 401:
        assert response.content == b'{"error":"invalid credentials"}'


@pytest.mark.parametrize("hook", ["a.b", "nonsense", 3, "origination.conf.KEY_SALT"])
def test_a_hook_that_is_none_lets_nobody_in(customer, hook):
    with configured(MAY_LOG_IN=hook):
        assert log_in(customer.get_username()).status_code == 503


def test_a_hook_that_fails_lets_nobody_in(customer):
    may_log_in.answer = lambda request, user: {}["mfa"]
    with configured(MAY_LOG_IN=HOOK):
        assert log_in(customer.get_username()).status_code == 503


def test_the_site_is_told_of_log_ins_and_of_failures_as_django_tells_it(customer):
    told = []

    def note(sender, signal, **kwargs):
        request, user = kwargs["request"], kwargs.get("user")
        told.append((signal, user, request.path))
        assert user is None or (request.user, bool(user.backend)) == (user, True)

    signals = (user_logged_in, user_login_failed)
    for signal in signals:
        signal.connect(note)
    try:
        response = log_in(customer.get_username())
        log_in(customer.get_username(), "wrong")
    finally:
        for signal in signals:
            signal.disconnect(note)
    assert told == [(user_logged_in, customer, AUTH_URL), (user_login_failed, None, AUTH_URL)]
    assert not response.cookies


def test_the_last_login_is_noted(customer):
    assert customer.last_login is None
    log_in(customer.get_username())
    customer.refresh_from_db()
    assert customer.last_login is not None


with_axes = pytest.mark.skipif("axes" not in settings.INSTALLED_APPS, reason="needs django-axes")
AXES = {
    "AXES_FAILURE_LIMIT": 4,
    "AXES_WHITELIST_CALLABLE": None,
    "AXES_LOCKOUT_PARAMETERS": ["username"],
}


@pytest.fixture
def axes():
    with override_settings(**AXES), configured(AUTH_THROTTLE_RATE=None):
        yield


@with_axes
def test_three_mistakes_and_a_success_again_and_again_lock_nobody_out(customer, axes):
    name = customer.get_username()
    for _ in range(4):
        statuses = [log_in(name, password).status_code for password in ("a", "b", "c", PASSWORD)]
        assert statuses == [401, 401, 401, 201]


@with_axes
@pytest.mark.parametrize("backend", [ByEmail, ByEmailAndMore])
def test_who_logs_in_by_address_makes_no_failures_by_it(customer, axes, backend, monkeypatch):
    monkeypatch.setattr(backend, "pk", customer.pk, raising=False)
    paths = ["axes.backends.AxesStandaloneBackend", f"{__name__}.{backend.__name__}"]
    with override_settings(AUTHENTICATION_BACKENDS=paths, AXES_RESET_ON_SUCCESS=False):
        assert [log_in("login@example.com").status_code for _ in range(6)] == [201] * 6
        statuses = [log_in("login@example.com", "wrong").status_code for _ in range(5)]
    assert statuses == [401, 401, 401, 429, 429]


def page(request, *args):
    raise AssertionError("a page for people")


LOCKOUTS = {
    "axes' text": {},
    "a page": {"AXES_LOCKOUT_TEMPLATE": "admin/login.html"},
    "a redirect": {"AXES_LOCKOUT_URL": "/locked"},
    "a function": {"AXES_LOCKOUT_CALLABLE": f"{__name__}.page"},
    "as 403": {"AXES_HTTP_RESPONSE_CODE": 403},
    "for good": {"AXES_COOLOFF_TIME": None},
    "without counting on": {"AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT": False},
}


@with_axes
@pytest.mark.parametrize("how", LOCKOUTS.values(), ids=LOCKOUTS)
@pytest.mark.parametrize("requested", [{}, {"X-Requested-With": "XMLHttpRequest"}], ids=["", "XHR"])
def test_whatever_axes_sends_a_client_that_is_locked_out_gets_one_line(
    customer, axes, how, requested
):
    name = customer.get_username()
    with override_settings(**how):
        for _ in range(3):
            assert log_in(name, "wrong", headers=requested).status_code == 401
        for password in ("wrong", "wrong", PASSWORD):
            response = log_in(name, password, headers=requested)
            assert (response.status_code, set(response.json())) == (429, {"error"})
    if "AXES_COOLOFF_TIME" not in how:
        assert response["retry-after"] == "900"
