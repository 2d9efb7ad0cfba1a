"""Which of PostgreSQL's two drivers Django has found."""

from __future__ import annotations


def is_psycopg3() -> bool:
    """False with psycopg2; asked of connections to PostgreSQL alone."""
    # Not above: where neither is installed, Django's module fails.
    from django.db.backends.postgresql.psycopg_any import is_psycopg3

    return is_psycopg3
