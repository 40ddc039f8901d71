"""What has a code has a name in words."""

import pytest
from django.utils.translation import override

from tests.cast import Cast
from walletdesk.accounts.types import Permission
from walletdesk.channels.models import Inbox
from walletdesk.channels.types import InboxKind
from walletdesk.web.common.ways import KINDS, other_ways
from walletdesk.web.desk.settings.roles import permission_names


def test_every_right_and_every_kind_of_way_has_a_name() -> None:
    assert permission_names().keys() == set(Permission)
    assert KINDS.keys() == set(InboxKind)


@pytest.mark.parametrize(
    ("kept", "shown"), [("Telephone", "电话"), ("Teléfono", "电话"), ("VIP line", "VIP line")]
)
def test_a_way_named_after_its_kind_is_named_in_the_readers_language(
    cast: Cast, kept: str, shown: str
) -> None:
    number = "+34600123456"
    Inbox.objects.create(brand=cast.brand, kind=InboxKind.PHONE, name=kept, address=number)
    with override("zh-hans"):
        assert shown in [way["name"] for way in other_ways(cast.brand, "zh-hans")]
