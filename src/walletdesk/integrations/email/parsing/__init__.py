"""From raw bytes to the facts of a mail. Pure: no Django, and only `resolver` asks the net."""
