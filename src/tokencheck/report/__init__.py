"""Render the report, check its sources and its output."""
