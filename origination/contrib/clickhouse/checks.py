"""What a site on ClickHouse may have configured wrong. The ids are stable."""
