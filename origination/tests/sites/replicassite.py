"""The demo site with its CDRs on two shards of two replicas each; see ``--engine=replicas``."""

from .clustersite import *  # noqa: F403

ORIGINATION = {**ORIGINATION, "CLICKHOUSE_REPLICATED": True}  # noqa: F405
