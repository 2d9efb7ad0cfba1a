"""The demo site with its CDRs on two shards of two replicas each; see ``--engine=replicas``."""

from origination.tests.clustersite import *  # noqa: F403

OPTIONS = DATABASES["cdrs"]["OPTIONS"]  # noqa: F405
OPTIONS["settings"] = {"max_replica_delay_for_distributed_queries": 1}
ORIGINATION = {**ORIGINATION, "CLICKHOUSE_REPLICATED": True}  # noqa: F405
