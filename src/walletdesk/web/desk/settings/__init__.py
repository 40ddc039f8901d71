"""The settings of a brand: one module per section, all in the frame of `frame.py`."""
