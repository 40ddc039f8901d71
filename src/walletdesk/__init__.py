"""walletdesk: the support desk of a digital wallet."""

__version__ = "0.1.0"
