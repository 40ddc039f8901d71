"""Another model makes other vectors: what the one before it made is made anew."""

from django.db import connection, transaction

from walletdesk.accounts.models import Brand
from walletdesk.kit.outbox.actions import publish, publish_all
from walletdesk.knowledge import events
from walletdesk.knowledge.actions.articles import note_change
from walletdesk.knowledge.models import Article, Encoder, Passage, Translation


@transaction.atomic
def adopt_encoder(name: str) -> int:
    """Have every passage embedded by the model of this name from now on, "" the packaged one.

    Returns how many translations are to be indexed again, 0 when the model is the same as before.
    Until each is done the bot finds it by its words only. Of several processes one does it.
    """
    known, _ = Encoder.objects.select_for_update().get_or_create(pk=1, defaults={"name": ""})
    if known.name == name:
        return 0
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = '10min'")
    known.name = name
    known.save()
    Passage.objects.exclude(embedding=None).update(embedding=None)
    Article.objects.exclude(direction=None).update(direction=None)
    for brand_id in Brand.objects.values_list("pk", flat=True):
        note_change(brand_id)
    waiting = list(Translation.objects.order_by("pk").values_list("pk", flat=True))
    publish_all(
        name=events.TRANSLATION_CHANGED,
        facts=[(f"translation:{pk}", {"translation_id": pk}) for pk in waiting],
    )
    publish(name=events.ENCODER_CHANGED, key="encoder", payload={})
    return len(waiting)
