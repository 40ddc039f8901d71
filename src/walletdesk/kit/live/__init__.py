"""The live edge: server-sent events down, POST up, in plain ASGI beside Django.

It must never import Django or a room: a stream that lives for minutes must not be able to hold a
database connection.
"""
