"""From lines of a file to CDRs: a module for each format, a loader for each engine. Private."""
