"""The edge's limits in one place, each with its reason."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds and bytes unless a name says otherwise; tests shorten the times."""

    heartbeat: float = 15.0
    """Below the 20 s after which a client falls back to polling."""
    stream_seconds: tuple[float, float] = (240.0, 360.0)
    """Streams end by themselves, spread out, so that every deploy is seamless."""
    sweep_beats: int = 4
    """Every stream's rights are checked again after this many heartbeats (60 s)."""
    retry_ms: tuple[int, int] = (800, 1600)
    """Reconnects after a crash are spread over this window."""
    end_grace: float = 0.8
    """A stream that was told to end and does not drain is cut after this."""
    buffer_bytes: int = 256 * 1024
    """What may wait for one slow reader before it is cut; it resumes by cursor."""
    stalled_beats: int = 2
    """A write that makes no progress for this many heartbeats is a dead reader."""
    topics: int = 8
    """A browser tab follows its lists, one thread and itself."""
    per_subject: int = 12
    """Tabs and devices of one person."""
    per_address: int = 300
    """An office or a campus behind one address."""
    total: int = 20_000
    """At 20 kB each this is 400 MB, the memory plan of one process."""
    poll_wait: float = 25.0
    """Below the 30 s that common proxies allow a silent request."""
    body_bytes: int = 16 * 1024
    """A chat message; files go another way."""
    body_seconds: float = 10.0
    """16 kB take this long only on a line that is not usable or not honest."""
    answer_seconds: float = 15.0
    """A client is not kept waiting longer than this for the database."""
    passing_seconds: float = 2.0
    """A message into a conversation that somebody works on is tried again for this long."""
    batch: int = 200
    """Envelopes, reads or rights per call of a port."""
    waiting: int = 20_000
    """Items queued per port: all streams of a process may ask for their rights at once."""
    recent_events: int = 64
    recent_bytes: int = 16 * 1024
    """What a room remembers, so that a reconnect usually needs no read."""
    frame_bytes: int = 64 * 1024
    """Event data in one frame; more is split, so that buffers stay bounded."""
