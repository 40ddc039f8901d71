"""`{% icon "star" %}`: a symbol of the sprite. Built in and cheap: pages hold dozens."""

from functools import lru_cache

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag
@lru_cache(maxsize=512)
def icon(name: str) -> SafeString:
    """Return the picture; it says nothing to screen readers, the words beside it do."""
    return format_html(
        '<svg class="icon" aria-hidden="true"><use href="{}#{}"></use></svg>',
        static("common/icons.svg"),
        name,
    )
