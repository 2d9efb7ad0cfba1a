"""The demo site serves the handbook where it is built, and says nothing of it elsewhere."""

import pytest
from django.test import Client, override_settings
from django.urls import include, path

from statsproject import handbook
from statsproject.demo.guide import _handbook

urlpatterns = []


@pytest.fixture
def built(tmp_path, monkeypatch):
    folder = tmp_path / "docs"
    (folder / "how-to").mkdir(parents=True)
    (folder / "index.html").write_text("<h1>Handbook</h1>")
    (folder / "how-to" / "mount.html").write_text("<h1>Mount it</h1>")
    (tmp_path / "secret.txt").write_text("secret")
    monkeypatch.setattr(handbook, "BUILT", folder)
    return folder


@pytest.fixture
def client(built):
    urlpatterns[:] = [path("", include(handbook.urls()))]
    with override_settings(ROOT_URLCONF=__name__):
        yield Client()


def content(response):
    return b"".join(response.streaming_content).decode()


def test_its_first_page_and_every_other_are_served(client):
    assert "Handbook" in content(client.get("/docs/"))
    assert "Mount it" in content(client.get("/docs/how-to/mount.html"))


@pytest.mark.parametrize(
    "name", ["../secret.txt", "%2e%2e/secret.txt", "how-to/", "none.html", "/etc/passwd"]
)
def test_nothing_else_is(client, name):
    assert client.get(f"/docs/{name}").status_code in {400, 404}


def test_its_policy_lets_the_theme_work_and_nothing_from_elsewhere(client):
    policy = client.get("/docs/")["content-security-policy"]
    assert "script-src 'self' 'unsafe-inline'" in policy
    assert "default-src 'none'" in policy


def test_the_demo_tells_where_it_is(client):
    assert _handbook("http://127.0.0.1:8000") == ["Handbook: http://127.0.0.1:8000/docs/"]


def test_the_demo_says_nothing_of_one_that_is_not_served():
    with override_settings(ROOT_URLCONF="origination.urls"):
        assert _handbook("http://127.0.0.1:8000") == []


def test_where_it_is_not_built_there_is_no_address(tmp_path, monkeypatch):
    monkeypatch.setattr(handbook, "BUILT", tmp_path / "nowhere")
    assert handbook.urls() == []
