"""What happened on a chain: networks as data, readers, pure rules.

Codes and named fields; the wording lives where it is shown.
"""
