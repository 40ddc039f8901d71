"""Whether calls are taken here, for templates."""

from django import template

from walletdesk.web.common.ways import takes_calls

register = template.Library()
register.simple_tag(takes_calls, name="takes_calls")
