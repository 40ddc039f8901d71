"""Reads of calls, of what is known when one is answered, and the access functions."""

from walletdesk.voice.queries.calls import (
    LOGGED,
    call_log,
    current_call,
    get_call_for,
    live_calls,
    lock_call,
    may_supervise,
)
from walletdesk.voice.queries.facts import callback_code, facts_of, state_of, trial_facts
from walletdesk.voice.queries.hosting import (
    Answering,
    Due,
    answering_of,
    command_of,
    due_callbacks,
    due_calls,
    due_commands,
    live_names,
    taken_calls,
)
from walletdesk.voice.queries.lines import (
    line_called,
    lines_of,
    menu_of,
    newest_menu,
    phrases_of,
    sound,
)
from walletdesk.voice.queries.out import callback_codes_of, is_vouched, phone_of
from walletdesk.voice.queries.prompts import prompt_for, prompt_states
from walletdesk.voice.queries.recordings import (
    get_recording,
    get_recording_for,
    known_recordings,
    recording_wav,
)

__all__ = [
    "LOGGED",
    "Answering",
    "Due",
    "answering_of",
    "call_log",
    "callback_code",
    "callback_codes_of",
    "command_of",
    "current_call",
    "due_callbacks",
    "due_calls",
    "due_commands",
    "facts_of",
    "get_call_for",
    "get_recording",
    "get_recording_for",
    "is_vouched",
    "known_recordings",
    "line_called",
    "lines_of",
    "live_calls",
    "live_names",
    "lock_call",
    "may_supervise",
    "menu_of",
    "newest_menu",
    "phone_of",
    "phrases_of",
    "prompt_for",
    "prompt_states",
    "recording_wav",
    "sound",
    "state_of",
    "taken_calls",
    "trial_facts",
]
