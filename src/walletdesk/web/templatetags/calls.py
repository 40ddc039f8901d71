"""Whether agents have a telephone here, for templates."""

from django import template
from django.conf import settings

from walletdesk.web.common.ways import carries_calls

register = template.Library()


@register.simple_tag
def has_telephone() -> bool:
    """Tell whether calls are carried."""
    return bool(settings.WALLETDESK.voice) or carries_calls()
