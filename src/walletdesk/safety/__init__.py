"""The guard: text becomes `SafeText` before it is written anywhere. Pure: no Django, no I/O."""
