"""The commands of `walletdesk`; each module is imported only when its command runs."""
