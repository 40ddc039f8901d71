"""From raw bytes to the facts of a mail. Pure: no Django, no files; only `resolver` asks the net."""
