from django.apps import AppConfig


class HostSiteConfig(AppConfig):
    name = "origination.tests.sites.hostsite"
    label = "hostsite"
