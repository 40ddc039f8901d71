"""The job that fetches a recording."""

from walletdesk.integrations.cpaas.answering import FETCH_JOB
from walletdesk.integrations.cpaas.fetching import fetch_recording
from walletdesk.kit.jobs import NETWORK, once


@once(name=FETCH_JOB, queue=NETWORK)
def fetch(call: str, recording: str, url: str, seconds: float) -> None:
    """One attempt to fetch one recording."""
    fetch_recording(call=call, recording=recording, url=url, seconds=seconds)
