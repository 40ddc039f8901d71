"""Security cases: what is done, step by step, when a wallet was emptied or is about to be."""
