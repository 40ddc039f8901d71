"""What stands in lists in place of a token, also where a preview was cut inside of one."""

import pytest

from walletdesk.web.common.personal import words_for_tokens
from walletdesk.web.desk.present import plain_preview


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("mail ⟦email:K3F97QMT⟧ now", "mail [E-mail] now"),
        ("a ⟦phone:K3F97QMT⟧ b ⟦document:2222⟧", "a [Phone] b [Document]"),
        ("cut ⟦email:K3F9", "cut [E-mail]"),
        ("cut ⟦email:", "cut [E-mail]"),
        ("cut ⟦ema", "cut …"),
        ("cut ⟦", "cut …"),
        ("⟦secret:seed_phrase⟧ x", "[secret removed] x"),
        ("cut ⟦secr", "cut [secret removed]"),
        ("nothing", "nothing"),
    ],
)
def test_previews(text: str, shown: str) -> None:
    assert plain_preview(text) == shown
    assert "⟦email" not in words_for_tokens(text)
