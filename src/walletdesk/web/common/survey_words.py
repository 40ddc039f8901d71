"""What a survey asks, in the reader's language. Called when a text is shown."""

from django.utils.translation import gettext as _

from walletdesk.accounts.models import Brand
from walletdesk.surveys.queries import settings_of
from walletdesk.surveys.types import QUESTIONS


def questions() -> dict[str, str]:
    """Return the question of each score."""
    asked = {
        "speed": _("How fast were we?"),
        "accuracy": _("Was what we said right and complete?"),
        "manner": _("How did we treat you?"),
    }
    return {code: asked[code] for code in QUESTIONS}


def intro(brand: Brand, language: str) -> str:
    """Return the first sentence: the brand's own, else ours."""
    own = str(settings_of(brand).intros.get(language, ""))
    return own or _("How was our help? It takes half a minute.")
