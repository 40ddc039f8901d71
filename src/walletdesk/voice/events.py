"""Facts that this room tells."""

from typing import Final

CALL_RECORDED: Final = "call_recorded"  # recording_id
CALL_RATED: Final = "call_rated"  # conversation_id, speed, accuracy, manner
CALL_TEXT_WANTED: Final = "call_text_wanted"  # callback or code by SMS: what, call_id
