"""How it was: asked after the end, at most once in a while, and what the answers say."""
