"""Calendars of business hours, policies, and the clocks of promises."""

from datetime import date
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from walletdesk.accounts.models import Brand, Team
from walletdesk.channels.models import Inbox
from walletdesk.conversations.models import Conversation
from walletdesk.sla.types import Target, Week

NAME_LENGTH = 60


class Timetable(models.Model):
    """The hours of a calendar as they were at some time. Written once, never changed.

    Clocks name the hours by which they ran, so that what they explain stays true when the calendar
    is changed or removed. `digest`: of `body`, so that the same hours are kept once.
    """

    digest = models.BinaryField(max_length=32, unique=True)
    body = models.JSONField()

    def __str__(self) -> str:
        return f"timetable {self.pk}"

    def week(self) -> Week:
        """Return it as the rules read it."""
        return as_week(**self.body)


class Calendar(models.Model):
    """When people answer. `weekly`: seven lists of [from, to] in minutes, Monday first.

    `special`: a list of {"date", "name", "intervals"}; without intervals the day is closed.
    The brand's `main` one is what customers of the chat are told. `holidays` names a country or a
    region of it ("DE-BY"), `imported` holds [date, name, every year] from a file; both are worked
    out into `closed`, [date, name] up to the year `closed_to`. A special day counts before them.
    """

    brand = models.ForeignKey(Brand, models.CASCADE, related_name="calendars")
    name = models.CharField(max_length=60)
    time_zone = models.CharField(max_length=60)
    always = models.BooleanField(db_default=False, default=False)
    weekly = models.JSONField(default=list)
    special = models.JSONField(default=list)
    holidays = models.CharField(max_length=30, db_default="", default="", blank=True)
    imported = models.JSONField(db_default=[], default=list)
    closed = models.JSONField(db_default=[], default=list)
    closed_to = models.SmallIntegerField(db_default=0, default=0)
    timetable = models.ForeignKey(Timetable, models.PROTECT, null=True, related_name="+")
    main = models.BooleanField(db_default=False, default=False)
    version = models.IntegerField(db_default=0, default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(F("brand"), Lower("name"), name="calendar_name_once"),
            models.UniqueConstraint(
                fields=["brand"], condition=Q(main=True), name="one_main_calendar"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def week(self) -> Week:
        """Return the calendar as the rules read it."""
        return as_week(**self.body())

    def body(self) -> dict[str, Any]:
        """Return the hours as a timetable keeps them, without the names of days."""
        special = {day["date"]: day["intervals"] for day in self.special}
        for day, _name in self.closed:
            special.setdefault(day, [])
        return {
            "zone": self.time_zone,
            "weekly": self.weekly,
            "special": [{"date": day, "intervals": special[day]} for day in sorted(special)],
            "always": self.always,
        }


class InboxHours(models.Model):
    """Which calendar holds for an inbox; the main one where there is no row."""

    inbox = models.OneToOneField(Inbox, models.CASCADE, primary_key=True, related_name="hours")
    calendar = models.ForeignKey(Calendar, models.CASCADE, related_name="inboxes")

    def __str__(self) -> str:
        return f"{self.inbox_id}: {self.calendar_id}"


class TeamHours(models.Model):
    """Which calendar a team works by; the main one where there is no row."""

    team = models.OneToOneField(Team, models.CASCADE, primary_key=True, related_name="hours")
    calendar = models.ForeignKey(Calendar, models.CASCADE, related_name="teams")

    def __str__(self) -> str:
        return f"{self.team_id}: {self.calendar_id}"


class Policy(models.Model):
    """What a brand promises whom. The first that matches, by `position`, holds.

    Empty lists ask for nothing. `targets` maps a target to [number, unit] of working time, the unit
    being s, m, h or d (working days); what is not there is not promised. `warn`: how many percent
    of it run before the warning. `pauses`: the waits that stop the clock of the resolution. Without
    a calendar the team's holds, or the main one.
    """

    brand = models.ForeignKey(Brand, models.CASCADE, related_name="policies")
    name = models.CharField(max_length=NAME_LENGTH)
    position = models.IntegerField(default=0)
    channels = models.JSONField(default=list)
    topics = models.JSONField(default=list)
    urgencies = models.JSONField(default=list)
    languages = models.JSONField(default=list)
    tiers = models.JSONField(default=list)
    calendar = models.ForeignKey(Calendar, models.SET_NULL, null=True, related_name="policies")
    always = models.BooleanField(default=False)  # day and night, whatever the calendars say
    targets = models.JSONField(default=dict)
    warn = models.SmallIntegerField(default=80)
    pauses = models.JSONField(default=list)
    version = models.IntegerField(db_default=0, default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(F("brand"), Lower("name"), name="policy_name_once"),
        ]
        indexes = [models.Index(fields=["brand", "position", "id"], name="policies_in_order")]

    def __str__(self) -> str:
        return self.name


class Cursor(models.Model):
    """How far the timelines have been followed: one row.

    `xid`: every transaction before it is over, and what it changed was looked at.
    """

    xid = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"followed to {self.xid}"


class Following(models.Model):
    """Where a conversation stands as far as promises go, and how much of it was followed.

    `stale`: to be looked at again though nothing happened in it, because a promise was changed.
    """

    conversation = models.OneToOneField(
        Conversation, models.CASCADE, primary_key=True, related_name="following"
    )
    brand = models.ForeignKey(Brand, models.CASCADE, related_name="+")
    seen_seq = models.IntegerField(default=0)
    seen_at = models.DateTimeField()
    seen_xid = models.BigIntegerField(default=0)
    standing = models.JSONField(default=dict)
    policy = models.ForeignKey(Policy, models.SET_NULL, null=True, related_name="+")
    stale = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index(fields=["conversation"], condition=Q(stale=True), name="following_stale")
        ]

    def __str__(self) -> str:
        return f"{self.conversation_id} up to {self.seen_seq}"


class Clock(models.Model):
    """One promise to one customer, running out. See `clocks.Clock`; `marks` is its whole life.

    `fires_at`: when there is something to tell, None when there is not.
    """

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="clocks")
    brand = models.ForeignKey(Brand, models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(max_length=10, choices=[(t, t) for t in Target])
    begin = models.DateTimeField()
    live = models.BooleanField()
    marks = models.JSONField()
    ran = models.BigIntegerField(default=0)
    due_at = models.DateTimeField(null=True)
    warn_at = models.DateTimeField(null=True)
    fires_at = models.DateTimeField(null=True)
    warned_at = models.DateTimeField(null=True)
    breached_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["conversation", "kind", "begin"], name="clock_once_since_then"
            ),
            models.UniqueConstraint(
                fields=["conversation", "kind"], condition=Q(live=True), name="one_live_clock"
            ),
        ]
        indexes = [
            models.Index(
                fields=["fires_at"], condition=Q(fires_at__isnull=False), name="clocks_to_fire"
            ),
            models.Index(fields=["brand"], condition=Q(live=True), name="live_clocks"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.conversation_id}"


def as_week(zone: str, weekly: Any, special: Any, *, always: bool) -> Week:
    """Return stored JSON as the rules read it."""
    return Week(
        zone=zone,
        days=tuple(tuple((start, end) for start, end in day) for day in weekly),
        special={
            date.fromisoformat(day["date"]): tuple((s, e) for s, e in day["intervals"])
            for day in special
        },
        always=always,
    )
