"""Pictures in articles. Their bytes were written anew by the caller, who may start processes."""

import hashlib

from django.db import IntegrityError, transaction

from walletdesk.accounts.actions.changes import record_change
from walletdesk.accounts.models import Brand, Membership
from walletdesk.accounts.rules import require_right
from walletdesk.accounts.types import Permission
from walletdesk.kit.errors import BadInput
from walletdesk.knowledge.reader_models import PICTURE_ENDINGS, ArticlePicture
from walletdesk.knowledge.types import CleanPicture

MOST_BYTES = 3_000_000  # of a picture at 2,560 px; above it is noise that nobody waits for
MOST_PICTURES = 2_000  # of a brand


def picture_digest(body: bytes) -> str:
    """Return what names a picture."""
    return hashlib.sha256(body).hexdigest()[:32]


@transaction.atomic
def add_picture(*, actor: Membership, picture: CleanPicture) -> ArticlePicture:
    """Keep a picture for articles. The same one twice is one. Raises BadInput (picture)."""
    require_right(actor.role, Permission.ARTICLE_EDIT)
    row, fresh = keep_picture(brand=actor.brand, picture=picture)
    if fresh:
        subject = f"picture:{row.digest}"
        after = {"bytes": len(picture.body)}
        record_change(
            actor=actor, action="article.picture", subject=subject, before={}, after=after
        )
    return row


@transaction.atomic
def keep_picture(*, brand: Brand, picture: CleanPicture) -> tuple[ArticlePicture, bool]:
    """Store a picture and tell whether it is new. Raises BadInput (picture: too_large, …)."""
    if picture.media_type not in PICTURE_ENDINGS or len(picture.body) > MOST_BYTES:
        raise BadInput(picture="too_large")
    digest = picture_digest(picture.body)
    there = ArticlePicture.objects.filter(brand=brand, digest=digest).first()
    if there is not None:
        return there, False
    if ArticlePicture.objects.filter(brand=brand).count() >= MOST_PICTURES:
        raise BadInput(picture="too_many")
    values = {
        "media_type": picture.media_type,
        "body": picture.body,
        "width": picture.width,
        "height": picture.height,
    }
    try:
        with transaction.atomic():
            found = ArticlePicture.objects.create(brand=brand, digest=digest, **values)
    except IntegrityError:
        return ArticlePicture.objects.get(brand=brand, digest=digest), False
    return found, True
