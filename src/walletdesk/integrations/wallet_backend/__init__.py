"""The wallet's own back end: docs/develop/wallet-connector.md. The sandbox speaks the same."""
