"""The ways on which a mail leaves; each says what became of it (channels.delivery.types.Result)."""
