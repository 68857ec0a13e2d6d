"""The evidence: tables and their contract, the store that replaces them, refreshed and imported data."""
