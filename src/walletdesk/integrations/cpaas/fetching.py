"""What we ask of the provider: to call somebody, and for the sound of a recording."""

import httpx

from walletdesk.integrations.cpaas.answering import address, config
from walletdesk.integrations.cpaas.config import NAME
from walletdesk.voice.actions.flow import settle_command, take_event
from walletdesk.voice.actions.recordings import LARGEST, keep_recording
from walletdesk.voice.queries import Due, due_commands
from walletdesk.voice.types import Dial, HungUp, Recorded

SECONDS = 15.0


class NoSound(Exception):
    """The provider does not give the recording: the job is tried again."""


def dial_due() -> bool:
    """Ask the provider for the calls that we make. A worker calls it often."""
    for _driver, due in due_commands([NAME]):
        if isinstance(due.command, Dial):
            _dial(due, due.command)
    return False


def _dial(due: Due, command: Dial) -> None:
    """Ask once: a request of which nobody knows what became is not repeated."""
    settle_command(call_id=due.call_id, number=due.number)
    known = config()
    form = {
        "To": command.number,
        "From": known.number,
        "Url": address("out", call=due.call),
        "StatusCallback": address("status", call=due.call),
        "Timeout": str(round(command.seconds)),
    }
    url = f"{known.url}/2010-04-01/Accounts/{known.account}/Calls.json"
    try:
        with httpx.Client(timeout=SECONDS, trust_env=False) as client:
            answer = client.post(url, data=form, auth=(known.account, known.secret))
            good = answer.status_code == httpx.codes.CREATED
    except httpx.HTTPError:
        good = False
    if not good:
        take_event(driver=NAME, name=due.call, event=HungUp("failed"))


def fetch_recording(*, call: str, recording: str, url: str, seconds: float) -> None:
    """Fetch a recording, keep it sealed, and let the flow hear of it. Raises NoSound.

    Only from the provider's own address: no request may lead us elsewhere.
    """
    known = config()
    if not url.startswith(f"{known.url}/"):
        take_event(driver=NAME, name=call, event=Recorded(recording, 0.0))
        return
    try:
        with (
            httpx.Client(timeout=SECONDS, trust_env=False) as client,
            client.stream("GET", f"{url}.wav", auth=(known.account, known.secret)) as answer,
        ):
            if answer.status_code != httpx.codes.OK:
                raise NoSound
            wav = b""
            for part in answer.iter_bytes():
                wav += part
                if len(wav) > LARGEST:
                    raise NoSound
    except httpx.HTTPError as error:
        raise NoSound from error
    keep_recording(driver=NAME, name=call, recording=recording, wav=wav)
    take_event(driver=NAME, name=call, event=Recorded(recording, seconds))
