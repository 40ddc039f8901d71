"""The demo brand: a wallet called Aurora, its people and its articles."""
