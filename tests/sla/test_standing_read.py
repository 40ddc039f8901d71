"""What older versions stored is read."""

import pytest

from walletdesk.sla.standing import read_standing


@pytest.mark.parametrize(
    ("stored", "ordered"), [({}, ()), ({"ordered": 2}, ()), ({"ordered": ["7", "9"]}, ("7", "9"))]
)
def test_orders_were_a_count_once(stored: dict[str, object], ordered: tuple[str, ...]) -> None:
    assert read_standing(stored).ordered == frozenset(ordered)
