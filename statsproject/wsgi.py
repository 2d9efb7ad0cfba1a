import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "statsproject.settings")
application = get_wsgi_application()
# What Django holds stays for good: a large answer must not make the collector walk through it.
gc.collect()
gc.freeze()
