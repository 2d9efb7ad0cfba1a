"""A running server against its own description: Schemathesis, with all its checks."""

import logging
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

from origination.api.tokens import issue_token
from origination.tests.support.client import configured
from origination.tests.support.factories import AccountFactory, CDRFactory, UserFactory

FOLDER = Path(__file__).parents[1] / "support" / "schemathesis"
EXAMPLES, SECONDS = 1000, 150

pytestmark = [
    pytest.mark.long,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        connection.vendor == "sqlite", reason="threads of a server share one SQLite in memory"
    ),
]


@configured(AUTH_THROTTLE_RATE=None)
def test_the_server_does_what_its_description_says(live_server, caplog, tmp_path):
    for logger in ("origination", "django.request"):
        caplog.set_level(logging.CRITICAL, logger)
    customer = UserFactory()
    account = AccountFactory(users=[customer])
    CDRFactory.create_batch(50, account=account)
    environment = {
        "PYTHONPATH": str(FOLDER.parents[3]),
        "TOKEN": issue_token(customer),
        "ACCOUNT": str(account.uuid),
    }
    done = subprocess.run(
        [
            *(sys.executable, "-m", "schemathesis.cli", "--no-color"),
            *("--config-file", FOLDER / "schemathesis.toml", "run", f"{live_server}/api/schema"),
            *("--checks", "all", "--max-examples", str(EXAMPLES), "--seed", "1"),
            *("--max-time", str(SECONDS), "--max-response-time", "5"),
        ],
        cwd=tmp_path,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=2 * SECONDS,
    )
    print(done.stdout)
    assert done.returncode == 0
