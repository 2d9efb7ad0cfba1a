"""CDRs in ClickHouse."""
