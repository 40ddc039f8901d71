"""The topics of wallet support, with the urgency that each has before anybody has looked closer.

Ids are stable: they stand in articles, conversations and reports. `meaning` draws the line to the
neighbouring topics.
"""

from dataclasses import dataclass

from walletdesk.language.types import Urgency

OTHER = "other"
TALK_HUMAN = "talk_human"


@dataclass(frozen=True, slots=True)
class Topic:
    """One topic. `group` is the upper level."""

    id: str
    group: str
    urgency: Urgency
    meaning: str


_LOW, _MEDIUM, _HIGH, _CRITICAL = Urgency

_ALL = (
    Topic("deposit_missing", "funds", _HIGH, "Money was sent here, is confirmed, and is not shown"),
    Topic("tx_pending", "funds", _HIGH, "A transfer on the chain waits, hangs or was dropped"),
    Topic("wrong_network", "funds", _HIGH, "Right address, but sent over another network"),
    Topic("wrong_address", "funds", _HIGH, "Sent to an address that was not the intended one"),
    Topic("bridge_stuck", "funds", _HIGH, "Left one network over a bridge, has not arrived"),
    Topic("withdraw", "funds", _MEDIUM, "How to pay out, or a payout to a bank or card waits"),
    Topic("buy_crypto", "funds", _MEDIUM, "Buying with card or bank fails or is delayed"),
    Topic("swap_failed", "funds", _MEDIUM, "A swap inside the wallet failed or gave too little"),
    Topic("staking", "funds", _MEDIUM, "Staking, rewards, and waiting for unstaking"),
    Topic("fees", "funds", _LOW, "How high fees are, why, and which coin pays them"),
    Topic("add_token", "funds", _LOW, "A token is held but not listed, or shows no price"),
    Topic("wallet_stolen", "security", _CRITICAL, "Money left, or somebody else has access"),
    Topic("phishing_link", "security", _CRITICAL, "A suspicious link, message, app or person"),
    Topic("revoke_approval", "security", _HIGH, "An approval given to a contract must go"),
    Topic("seed_lost", "access", _HIGH, "The recovery phrase is lost or does not work"),
    Topic("login_problem", "access", _HIGH, "Cannot get in although nothing is forgotten"),
    Topic("account_locked", "access", _HIGH, "The account was blocked or restricted by us"),
    Topic("forgot_password", "access", _MEDIUM, "Password or PIN is forgotten, phrase at hand"),
    Topic("two_factor", "access", _MEDIUM, "Second factor: codes, a new phone, switching it"),
    Topic("import_new_phone", "access", _MEDIUM, "Moving or restoring a wallet to a device"),
    Topic("create_wallet", "access", _LOW, "First steps: making and backing up a wallet"),
    Topic("kyc", "account", _MEDIUM, "Identity check: documents, refusal, waiting"),
    Topic("app_crash", "product", _MEDIUM, "The app crashes, freezes or shows wrong things"),
    Topic("feature_request", "product", _LOW, "A wish for something that does not exist yet"),
    Topic("complaint", "talk", _MEDIUM, "Dissatisfied with the service, wants it recorded"),
    Topic(TALK_HUMAN, "talk", _MEDIUM, "Asks for a person"),
    Topic("greeting", "talk", _LOW, "Only says hello"),
    Topic("thanks", "talk", _LOW, "Only says thanks or goodbye"),
    Topic(OTHER, "talk", _LOW, "None of the above, or no matter of this wallet"),
)

TOPICS = {topic.id: topic for topic in _ALL}


def default_urgency(topic: str) -> Urgency:
    """Return the urgency of a topic; an unknown one counts as `other`."""
    return TOPICS.get(topic, TOPICS[OTHER]).urgency
