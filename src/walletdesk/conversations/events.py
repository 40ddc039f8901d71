"""Facts that other rooms may be wired to (site/wiring.py), past tense. Payloads hold ids only."""

CUSTOMER_WROTE_TO_BOT = "customer_wrote_to_bot"  # conversation_id, seq
CONVERSATION_QUEUED = "conversation_queued"  # conversation_id
CONVERSATION_RESOLVED = "conversation_resolved"  # conversation_id
CONVERSATION_RATED = "conversation_rated"  # conversation_id, score
# An agent or the bot wrote to a customer who reads elsewhere than in the chat.
MESSAGE_POSTED = "message_posted"  # conversation_id, seq
FEEDBACK_GIVEN = "feedback_given"  # conversation_id, seq, helped
LINK_CONFIRMED = "link_confirmed"  # report_id: our people confirmed that a link is phishing
LINK_SEEN = "link_seen"  # report_id, conversation_id: its customer saw a confirmed link
TOPIC_CHANGED = "topic_changed"  # conversation_id: the bot or a person has set another topic
# `seqs`: every message out of which something was cut, the earlier parts included.
SECRET_REMOVED = "secret_removed"  # noqa: S105 - a name; conversation_id, kinds, seqs
SECRET_CAUGHT = "secret_caught"  # noqa: S105 - a name; conversation_id, seq, kinds, fingerprint
