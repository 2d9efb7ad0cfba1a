"""A service that imports what is written to logs, until it is told to end."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from threading import Event

from .counts import BACKLOG_BYTES, Teller
from .following import Followed
from .patience import Patience, Stopped
from .reading import REMEMBERED_BYTES, Pending
from .state import State
from .storing import Store
from .values import forget

# A call is seen within two seconds: half of one until it is looked for, then one batch.
SECONDS_BETWEEN_LOOKS = 0.5
# Small enough to be ended within a second, large enough for three quarters of the full speed.
MOST_LINES = 2_000


class Watch:
    """Reads, stores and notes how far it came, in this order: what a crash comes between is read
    again, and adds nothing."""

    def __init__(
        self,
        logs: Sequence[Followed],
        store: Store,
        state: State,
        stop: Event,
        say: Callable[[str], object],
    ) -> None:
        self.logs, self.store, self.state, self.stop, self.say = logs, store, state, stop, say
        self.patience, self.teller = Patience(stop, say), Teller(say)
        self.cannot_save, self.remembered = "", 0

    def run(self) -> None:
        """Returns once ``stop`` is set, after the batch in hand."""
        self._tell_backlog()
        try:
            while not self.stop.is_set():
                if not self._step():
                    self.stop.wait(SECONDS_BETWEEN_LOOKS)
                self.teller.tell(self._unread)
        except Stopped:
            pass
        finally:
            self.teller.finish(self._unread())

    def _step(self) -> bool:
        """Whether there is more to read at once."""
        # Each log has its share: the backlog of one does not keep the others waiting.
        share = MOST_LINES // len(self.logs) or 1
        reads = [log.read(share) for log in self.logs]
        if batch := [read for of_log in reads for read in of_log]:
            self.teller.add(self.patience(lambda: self.store(batch)))
            self._forget_after(batch)
        self._save()
        return any(len(of_log) >= share for of_log in reads)

    def _forget_after(self, batch: Sequence[Pending]) -> None:
        """What was remembered of values are parts of the lines."""
        self.remembered += sum(len(read.line.raw) for read in batch)
        if self.remembered >= REMEMBERED_BYTES:
            self.remembered = 0
            forget()

    def _save(self) -> None:
        try:
            self.state.save({log.path: log.positions() for log in self.logs})
        except OSError as e:
            if not self.cannot_save:
                self.say(f"{self.state.path} cannot be written, trying again: {e.strerror}")
            self.cannot_save = str(e)
        else:
            self.cannot_save = ""

    def _unread(self) -> int:
        return sum(log.unread for log in self.logs)

    def _tell_backlog(self) -> None:
        if (unread := self._unread()) >= BACKLOG_BYTES:
            self.say(f"{unread / 1e6:,.0f} MB to read")
