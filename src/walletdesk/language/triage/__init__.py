"""Triage: what a message is about, how sure that is, and whether it is our matter at all.

`features` turns texts into counted n-grams, `model` scores them with plain arrays (numpy only), and
`entities` finds what a text holds. The arrays come from `make models`.
"""
