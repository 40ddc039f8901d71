"""What nameless customers are called, in the language of whoever reads it."""

import pytest
from django.test import Client
from django.utils import translation

from tests.cast import Cast
from walletdesk.contacts.names import shown_name

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("label", "zh"),
    [
        ("Visitor 7QK2", "访客 7QK2"),
        ("Phone 7QK2", "来电客户 7QK2"),
        ("María Soto", "María Soto"),
        ("Visitor of the year", "Visitor of the year"),
    ],
)
def test_only_what_we_called_them_is_translated(label: str, zh: str) -> None:
    with translation.override("zh-hans"):
        assert shown_name(label) == zh
    with translation.override("en"):
        assert shown_name(label) == label


def test_the_list_calls_them_in_the_readers_language(cast: Cast, client: Client) -> None:
    cast.customer.write("hello")
    contact = cast.customer.contact
    contact.label = "Visitor 7QK2"
    contact.save(update_fields=["label"])
    client.force_login(cast.agent.user)
    address = f"/desk/all/{cast.customer.conversation.ref}/"
    page = client.get(address, headers={"Accept-Language": "zh-CN"}).content.decode()
    assert "访客 7QK2" in page
    assert "Visitor 7QK2" not in page
