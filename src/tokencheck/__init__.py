"""A claim-by-claim fact check of one article on China's exports of AI tokens."""

__version__ = "0.1.0"
