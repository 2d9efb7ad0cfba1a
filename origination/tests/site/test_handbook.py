"""The demo site serves the handbook where it is built, and says nothing of it elsewhere."""

import pytest
from django.contrib import admin
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


LINK = '<a href="/docs/">Handbook</a>'
SITE = [
    path("", include("origination.portal.urls")),
    path("admin/", admin.site.urls),
    path("api/", include("origination.urls")),
]


@pytest.fixture(params=["/", "/admin/"], ids=["portal", "admin"])
def shown(request, admin_client):
    """``shown(urls)``: a page of the demo site with these URLs beside its own."""

    def get(urls):
        urlpatterns[:] = [*SITE, *urls]
        with override_settings(ROOT_URLCONF=__name__):
            return admin_client.get(request.param).content.decode()

    return get


def test_each_page_of_the_demo_links_to_it(shown, built):
    assert shown(handbook.urls()).count(LINK) == 1


def test_no_page_links_to_one_that_is_not_built(shown):
    assert "Handbook" not in shown([])


@pytest.mark.django_db
def test_the_page_of_another_site_has_no_link_to_it(client, settings):
    settings.TEMPLATES = [settings.TEMPLATES[0] | {"DIRS": []}]
    urlpatterns[:] = [*SITE, *handbook.urls()]
    assert "Handbook" not in client.get("/").content.decode()


def test_the_demo_tells_where_it_is(client):
    assert _handbook("http://127.0.0.1:8000") == ["Handbook: http://127.0.0.1:8000/docs/"]


def test_the_demo_says_nothing_of_one_that_is_not_served():
    with override_settings(ROOT_URLCONF="origination.urls"):
        assert _handbook("http://127.0.0.1:8000") == []


def test_where_it_is_not_built_there_is_no_address(tmp_path, monkeypatch):
    monkeypatch.setattr(handbook, "BUILT", tmp_path / "nowhere")
    assert handbook.urls() == []
