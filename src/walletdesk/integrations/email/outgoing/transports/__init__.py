"""The ways on which a mail leaves. Each says what became of it: see channels.delivery.types.Result."""
