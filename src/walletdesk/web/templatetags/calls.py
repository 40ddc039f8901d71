"""Whether agents have a telephone here, for templates."""

from django import template
from django.conf import settings

register = template.Library()


@register.simple_tag
def has_telephone() -> bool:
    """Tell whether a driver carries calls."""
    return bool(settings.WALLETDESK.voice)
