"""Seeds the intake benchmark through the product's own actions; prints tokens and session keys."""

import json
import sys

import django

django.setup()

from django.conf import settings  # noqa: E402 - Django first
from django.contrib.auth import (  # noqa: E402 - as above
    BACKEND_SESSION_KEY,
    HASH_SESSION_KEY,
    SESSION_KEY,
)

from walletdesk.accounts.models import Membership  # noqa: E402 - as above
from walletdesk.accounts.sessions import SessionStore  # noqa: E402 - as above
from walletdesk.contacts.actions import open_anonymous_session  # noqa: E402 - as above
from walletdesk.conversations.actions.customer import start_conversation  # noqa: E402 - as above
from walletdesk.conversations.models import Conversation  # noqa: E402 - as above
from walletdesk.conversations.types import Status  # noqa: E402 - as above


def main() -> None:
    people = list(Membership.objects.select_related("user", "brand").order_by("pk"))
    customers = []
    for number in range(int(sys.argv[1])):
        holder = people[number % len(people)]
        contact, token = open_anonymous_session(brand=holder.brand, language="en")
        conversation = start_conversation(contact=contact, language="en")
        Conversation.objects.filter(pk=conversation.pk).update(status=Status.OPEN, assignee=holder)
        customers.append((token, conversation.ref))
    cookies = []
    for person in people:
        session = SessionStore()
        session[SESSION_KEY] = str(person.user_id)
        session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
        session[HASH_SESSION_KEY] = person.user.get_session_auth_hash()
        session.create()
        cookies.append(f"{settings.SESSION_COOKIE_NAME}={session.session_key}")
    print(json.dumps({"customers": customers, "cookies": cookies}))


main()
