"""The bot: answers from articles with its source shown, or calls a person."""
