"""Other engines, each an app of its own that registers itself."""
