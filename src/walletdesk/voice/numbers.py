"""Telephone numbers: whose they are is sealed; here they are opened to be dialled, nothing else."""

import phonenumbers

from walletdesk.accounts.models import Brand
from walletdesk.contacts.personal.keys import lookup
from walletdesk.contacts.personal.own_words import own_phones
from walletdesk.contacts.personal.rules import lookup_form
from walletdesk.contacts.personal.types import IdentityKind
from walletdesk.safety.personal import normal_phone
from walletdesk.voice.models import VoiceRules


def rules_of(brand: Brand) -> VoiceRules:
    """Return what holds for all numbers of a brand, the defaults when nobody decided."""
    return VoiceRules.objects.filter(brand=brand).first() or VoiceRules(brand=brand)


def country_of(number: str) -> str:
    """Return the ISO code of a number's country, "" when no network has it."""
    try:
        return phonenumbers.region_code_for_number(phonenumbers.parse(number, None)) or ""
    except phonenumbers.NumberParseException:
        return ""


def is_country(code: str) -> bool:
    """Tell whether there are numbers of a country, by its ISO code."""
    return code in phonenumbers.SUPPORTED_REGIONS


def may_dial(brand: Brand, number: str) -> bool:
    """Tell whether a number lies in a country that the brand allows."""
    return bool(number) and country_of(number) in rules_of(brand).countries


def number_hash(number: str) -> bytes:
    """Return the keyed hash that stands for a number (E.164)."""
    return lookup(IdentityKind.PHONE, lookup_form(IdentityKind.PHONE, number))


def number_of(contact_id: int, digest: bytes | memoryview | None) -> str:
    """Return one of a contact's numbers (E.164) by its hash: to dial it, for nothing else."""
    if digest is None:
        return ""
    found = (own for own in own_phones(contact_id) if own.lookup == bytes(digest))
    return next((normal_phone(own.address) or "" for own in found), "")
