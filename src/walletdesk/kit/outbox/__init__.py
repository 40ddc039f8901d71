"""Events: facts written in the same transaction as the data, handled later, exactly once.

One row per event and handler. A worker takes the oldest row of each key (a conversation, say), so
that facts about one thing are handled in their order, whatever the number of workers; the
handler's writes and the row's removal are one transaction, so a killed worker leaves either both
or none.
"""
