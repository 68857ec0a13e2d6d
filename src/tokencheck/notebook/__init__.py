"""The notebooks: running them, and the figures they draw."""
