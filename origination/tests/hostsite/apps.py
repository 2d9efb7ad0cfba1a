from django.apps import AppConfig


class HostSiteConfig(AppConfig):
    name = "origination.tests.hostsite"
    label = "hostsite"
