"""A site over the CDR tables of switches and billing systems, as docs/how-to/tables/ mounts them.

One module a system: ``PAGE`` names its page, ``TABLES`` are the tables that the system made, for
each engine that it is mounted on. ``write`` gives the rows that the system writes for a call, and
``seen`` what these rows tell of it, as the page promises.
"""

from importlib import import_module

NAMES = ("kamailio", "asterisk", "fusionpbx", "a2billing", "cgrates", "opensips", "yeti",
         "magnusbilling", "ivozprovider", "astpp", "pyfb")  # fmt: skip


def systems():
    return [import_module(f"{__name__}.{name}") for name in NAMES]
