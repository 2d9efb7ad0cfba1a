"""The SQL and the model that a page of the handbook tells a host to write, as the page has them."""

import re
from pathlib import Path

from django.db import models

from origination.models import AbstractCDR, get_account_model

DOCS = Path(__file__).parents[3] / "docs" / "how-to"


def page(name):
    return (DOCS / f"{name}.md").read_text()


def blocks(text, language):
    """The code in this language, as the fences name it."""
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)


def statements(text, language):
    """The SQL one by one."""
    parts = ";".join(blocks(text, language)).split(";")
    return [part for part in parts if part.strip()]


def model_of(text):
    """The CDR model of the page, over the site's accounts."""
    given = {"models": models, "AbstractCDR": AbstractCDR, "Client": get_account_model(),
             "__name__": "origination.tests.support.tables"}  # fmt: skip
    code = next(code for code in blocks(text, "python") if "(AbstractCDR)" in code)
    # Django wants to know whose model it is.
    exec(code.replace("managed = False", 'managed = False; app_label = "origination"'), given)
    return next(
        v for v in given.values() if isinstance(v, type) and v.__module__ == given["__name__"]
    )
