"""HTTP of switches: they post their CDRs, each with a key of its own. Private; hosts include
``origination.feed_urls``."""
