"""The demo brand: a wallet called Aurora, its people and its articles."""

BRAND = "aurora"
AGENTS = {  # who answers in which language
    "zh-hans": "mei@aurora.example",
    "en": "alex@aurora.example",
    "es": "sofia@aurora.example",
}
