"""Whether a provider can reach us, and we it: `walletdesk voice check` asks."""

import ipaddress
from collections.abc import Iterator
from typing import Final
from urllib.parse import urlsplit

import httpx
from django.conf import settings

from walletdesk.integrations.cpaas.answering import address
from walletdesk.integrations.cpaas.config import CpaasConfig
from walletdesk.integrations.sms.twilio import sign
from walletdesk.kit import ids
from walletdesk.voice.findings import ERROR, OK, WARNING, Finding

_SECONDS: Final = 10.0


async def check() -> list[Finding]:
    """Look at the provider of the settings. Never raises for what is wrong with it."""
    return list(check_provider(settings.WALLETDESK.cpaas, settings.WALLETDESK.base_url))


def check_provider(config: CpaasConfig, base_url: str) -> Iterator[Finding]:
    """Yield whether the provider could come to us, is understood, and knows the account."""
    yield _reachable(base_url)
    with httpx.Client(timeout=_SECONDS, trust_env=False) as client:
        yield _asked(client, config)
        yield _account(client, config)


def _reachable(base_url: str) -> Finding:
    parts = urlsplit(base_url)
    host = parts.hostname or ""
    try:
        private = not ipaddress.ip_address(host).is_global
    except ValueError:
        private = host == "localhost"
    if private:
        way_out = "Set WALLETDESK_URL to the address that the provider uses."
        return Finding(WARNING, f"The provider cannot come to {base_url}.", way_out)
    if parts.scheme != "https":
        return Finding(ERROR, f"{base_url}: what callers do passes unencrypted.", "Use https.")
    return Finding(OK, f"The provider is to ask {address('in')}.")


def _asked(client: httpx.Client, config: CpaasConfig) -> Finding:
    """Ask ourselves what the provider asks, of a call that nobody knows; nothing is kept."""
    url = address("status")
    form = {"CallSid": f"check-{ids.new_ref()}", "CallStatus": "ringing"}
    signed = {"X-Twilio-Signature": sign(config.secret, url, form)}
    forged = {"X-Twilio-Signature": sign(f"not {config.secret}", url, form)}
    way_out = "Does a proxy change the address? The signature covers WALLETDESK_URL."
    try:
        good, bad = (client.post(url, data=form, headers=each) for each in (signed, forged))
    except httpx.HTTPError as error:
        text = f"Our own address does not answer: {type(error).__name__}."
        return Finding(ERROR, text, "Start it: walletdesk up. Is WALLETDESK_URL right?")
    if bad.status_code != httpx.codes.FORBIDDEN:
        return Finding(ERROR, f"A forged question was answered: {bad.status_code}.", way_out)
    if good.status_code != httpx.codes.NO_CONTENT:
        return Finding(ERROR, f"A signed question was refused: {good.status_code}.", way_out)
    return Finding(OK, "It called itself once: signed questions are heard, forged ones are not.")


def _account(client: httpx.Client, config: CpaasConfig) -> Finding:
    url = f"{config.url}/2010-04-01/Accounts/{config.account}.json"
    try:
        answer = client.get(url, auth=(config.account, config.secret))
    except httpx.HTTPError as error:
        return Finding(ERROR, f"The provider does not answer: {type(error).__name__}.", config.url)
    if answer.status_code != httpx.codes.OK:
        way_out = "Look at WALLETDESK_CPAAS_ACCOUNT and _SECRET."
        return Finding(ERROR, f"The provider refuses the account: {answer.status_code}.", way_out)
    return Finding(OK, "The provider knows the account.")
