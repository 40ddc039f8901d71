"""Language: which one a text is in, what it is about, how urgent it is, and sentence vectors.

Everything here runs in process, offline and without Django. What needs a model stands behind a
port of `types` with at least two adapters.
"""
