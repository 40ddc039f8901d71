"""Versions of a brand's triage: trained from its accepted examples, measured, kept, restored."""

from dataclasses import asdict

from django.db import IntegrityError, transaction
from django.db.models import Max

from walletdesk.accounts.actions.changes import record_change
from walletdesk.accounts.models import Brand, Membership
from walletdesk.accounts.rules import require_right
from walletdesk.accounts.types import Permission
from walletdesk.kit import clock
from walletdesk.kit.errors import BadInput, NotFound
from walletdesk.kit.jobs import later
from walletdesk.knowledge.models import TopicVersion
from walletdesk.knowledge.topic_queries import accepted_examples
from walletdesk.knowledge.types import VersionState
from walletdesk.language.triage.held_out import Measured

TRAIN_JOB = "knowledge.train_topics"
KEPT = 10  # the latest versions, and the one that counts


@transaction.atomic
def ask_for_training(*, actor: Membership) -> TopicVersion:
    """Have a worker train a new version from what is accepted now.

    Raises BadInput: examples few, when nothing is accepted; training running.
    """
    require_right(actor.role, Permission.TAG_EDIT)
    count = accepted_examples(actor.brand).count()
    if not count:
        raise BadInput(examples="none")
    last = TopicVersion.objects.filter(brand_id=actor.brand_id).aggregate(n=Max("number"))["n"]
    try:
        with transaction.atomic():
            version = TopicVersion.objects.create(
                brand_id=actor.brand_id, number=(last or 0) + 1, examples=count
            )
    except IntegrityError:
        raise BadInput(training="running") from None
    later(TRAIN_JOB, at=clock.now(), version_id=version.pk)
    _note(actor, version, "asked")
    return version


@transaction.atomic
def record_training(
    *, version: TopicVersion, content: bytes, before: Measured, after: Measured
) -> None:
    """Keep what a worker trained. It counts from now on, unless it is worse than what counts."""
    refused = after.worse_than(before)
    if not refused:
        _retire(version.brand)
    TopicVersion.objects.filter(pk=version.pk, state=VersionState.TRAINING).update(
        state=VersionState.REFUSED if refused else VersionState.ACTIVE,
        content=None if refused else content,
        figures={"before": asdict(before), "after": asdict(after)},
    )
    rows = TopicVersion.objects.filter(brand=version.brand)
    kept = rows.order_by("-number").values_list("pk", flat=True)[:KEPT]
    rows.exclude(pk__in=list(kept)).exclude(state=VersionState.ACTIVE).delete()


def record_failure(*, version: TopicVersion) -> None:
    """Note that a training broke off, so that another may be asked for."""
    TopicVersion.objects.filter(pk=version.pk, state=VersionState.TRAINING).update(
        state=VersionState.FAILED
    )


@transaction.atomic
def use_version(*, actor: Membership, version_id: int) -> None:
    """Let an earlier version count again. Raises NotFound for one that never counted."""
    require_right(actor.role, Permission.TAG_EDIT)
    rows = TopicVersion.objects.filter(brand_id=actor.brand_id, state=VersionState.RETIRED)
    version = rows.select_for_update().filter(pk=version_id).first()
    if version is None:
        raise NotFound
    _retire(actor.brand)
    TopicVersion.objects.filter(pk=version.pk).update(state=VersionState.ACTIVE)
    _note(actor, version, "used")


@transaction.atomic
def use_shipped(*, actor: Membership) -> None:
    """Let the shipped model alone count again."""
    require_right(actor.role, Permission.TAG_EDIT)
    version = TopicVersion.objects.filter(brand=actor.brand, state=VersionState.ACTIVE).first()
    if version is not None:
        _retire(actor.brand)
        _note(actor, version, "retired")


def _retire(brand: Brand) -> None:
    TopicVersion.objects.filter(brand=brand, state=VersionState.ACTIVE).update(
        state=VersionState.RETIRED
    )


def _note(actor: Membership, version: TopicVersion, what: str) -> None:
    record_change(
        actor=actor,
        action=f"topic_version.{what}",
        subject=f"topic_version:{version.pk}",
        before={},
        after={"number": version.number, "examples": version.examples},
    )
