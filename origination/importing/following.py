"""A log of a switch as it grows, over rotations and restarts: lines -> rows.

Polling, since inotify says nothing of files on NFS and of some in containers, so that one would
have to poll as well; to ask for the size of a few files twice a second costs nothing.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import replace
from time import monotonic

from .lines import NoText
from .reading import Pending
from .rotated import Folder, Identity, find, identity, missed
from .segments import MakeReader, Segment
from .sources import Source, open_source
from .state import Position

# A switch may write to a renamed file until it is told to open another one.
SECONDS_UNTIL_OLD = 60
FILES_REMEMBERED = 16
BY_HAND = "import that file by hand: nothing is added twice"

Say = Callable[[str], object]


class Followed:
    """One path. ``segments`` are its files in order: rotated ones that may still get lines, then
    the one that has the name now."""

    def __init__(
        self, path: str, make_reader: MakeReader, say: Say, positions: Sequence[Position] = ()
    ) -> None:
        self.path, self.make_reader, self.say = path, make_reader, say
        self.segments: list[Segment] = []
        # Of files that were let go of, in case they come again under another name.
        self.finished: deque[Position] = deque(maxlen=FILES_REMEMBERED)
        self.folder = Folder(path)
        self.told: set[str] = set()
        if positions:
            self._resume(positions)

    def read(self, most: int) -> list[Pending]:
        """What came, at most so many lines."""
        found: list[Pending] = []
        try:
            self._look()
            for segment in self.segments:
                if len(found) < most:
                    found += segment.read(most - len(found))
            self._let_go()
        except OSError as e:
            self._tell_once(f"{self.path} cannot be read: {e.strerror or e}. Opening it again")
            self._open_again()
        return found

    def positions(self) -> list[Position]:
        return [segment.position() for segment in self.segments]

    @property
    def unread(self) -> int:
        """Bytes that are there and not read, partly written lines among them."""
        try:
            return sum(segment.unread for segment in self.segments)
        except OSError:
            return 0

    def close(self) -> None:
        for segment in self.segments:
            segment.close()

    def _open_again(self) -> None:
        """As a disk in the network may want it."""
        positions = self.positions()
        self.close()
        self.segments = []
        if positions:
            self._resume(positions)

    def _look(self) -> None:
        """Take in what happened to the path since the last time."""
        now = self._identity_now()
        newest = self.segments[-1] if self.segments else None
        if newest is None:
            if now:
                self._open()
        elif now not in (None, newest.identity):
            self._add_missed(newest.modified, now)
            self._open(newest)
        elif newest.is_same():
            self._insert_missed(newest)
        else:
            self._begin_again(newest)

    def _identity_now(self) -> Identity | None:
        """Of what has the name; None, and told, where nothing has."""
        try:
            return identity(os.stat(self.path))
        except OSError as e:
            self._tell_once(f"{self.path}: {e.strerror}. Waiting for it")
            return None

    def _open(self, newest: Segment | None = None) -> None:
        """The file that has the name now, after this one."""
        if source := self._source():
            self.told.clear()
            if newest:
                self.say(f"{self.path} was rotated: going on in the new file")
            self._add(self.path, source, newest.header if newest else "")

    def _begin_again(self, newest: Segment) -> None:
        """The file was emptied; what was not read of it may stand in a copy."""
        self.segments.pop()
        self._find_rest(newest.position(), newest.identity, "was emptied")
        self._add_missed(newest.modified, newest.identity)
        self._add(self.path, newest.source, newest.header)

    def _resume(self, positions: Sequence[Position]) -> None:
        """Go on where another process was."""
        for position in positions:
            self._find_rest(position, None, "was rotated meanwhile")
        now, newest = self._identity_now(), positions[-1]
        self._add_missed(newest.modified, now)
        if now not in {None, *self._taken()} and (source := self._source()):
            self._add(self.path, source, newest.header)
        self.segments.sort(key=lambda segment: segment.identity == now)

    def _find_rest(self, position: Position, but: Identity | None, event: str) -> None:
        """The file that was read up to there, whatever its name is now."""
        found = find(self.path, position, {*self._taken(), but})
        if found is None:
            self.say(
                f"{self.path} {event}, and no file beside it has its first {position.offset} "
                f"bytes. If more was written to it, find where it went and {BY_HAND}"
            )
            return
        name, source = found
        if name != self.path:
            self.say(f"{self.path} {event}: its rest is read in {name}")
        moved = replace(position, name=os.path.realpath(name))
        self.segments.append(Segment(self.path, source, moved, self.make_reader))

    def _insert_missed(self, newest: Segment) -> None:
        """The file is the same, but was emptied before it was read: only a copy tells of it."""
        if self.folder.has_changed():
            self.segments.remove(newest)
            self._add_missed(newest.modified, newest.identity)
            self.segments.append(newest)

    def _add_missed(self, since: int, but: Identity | None) -> None:
        """Files that came and went between two looks."""
        for name in missed(self.path, since, {*self._taken(), but}):
            try:
                source = open_source(name)
            except (OSError, NoText) as e:
                self._tell_once(f"{name} cannot be read: {e}. If it holds CDRs, {BY_HAND}")
                continue
            self._add_from(name, source, self._known(source))

    def _add_from(self, name: str, source: Source, known: Position | None) -> None:
        if known is None:
            self.say(f"{name} holds earlier lines of {self.path}: it is read as well")
            self._add(name, source)
            return
        if not source.read(known.offset, 1):
            source.close()
            return
        moved = replace(known, name=os.path.realpath(name))
        self.segments.append(Segment(self.path, source, moved, self.make_reader))

    def _known(self, source: Source) -> Position | None:
        """How far a file was read under another name, or before it was packed."""
        held = [segment.position() for segment in self.segments]
        known = [position for position in [*held, *self.finished] if position.offset]
        return next((position for position in known if position.is_in(source.read)), None)

    def _add(self, name: str, source: Source, header: str = "") -> None:
        self.segments.append(Segment.begun(self.path, name, source, self.make_reader, header))

    def _source(self) -> Source | None:
        """What has the name now; None, and told, where it cannot be followed."""
        try:
            source = open_source(self.path)
        except (OSError, NoText) as e:
            self._tell_once(
                f"{self.path}: {getattr(e, 'strerror', None) or e}. Waiting for another"
            )
            return None
        if not source.is_packed:
            return source
        source.close()
        self._tell_once(f"{self.path} is packed, so it does not grow: {BY_HAND}")
        return None

    def _let_go(self) -> None:
        """Of rotated files that have been read, and that get no lines any more."""
        for segment in self.segments[:-1]:
            if segment.is_final and not segment.unread:
                self._finish(segment)
            elif self._is_old(segment):
                # What has no end by now will not get one.
                segment.is_final = True

    def _finish(self, segment: Segment) -> None:
        self.segments.remove(segment)
        self.finished.append(segment.position())
        segment.close()
        if damage := segment.source.damage:
            self.say(f"{segment.name} is damaged after byte {segment.offset}: {damage}")

    def _is_old(self, segment: Segment) -> bool:
        """Whether the switch writes to another file by now."""
        is_quiet = monotonic() - segment.moved_at >= SECONDS_UNTIL_OLD
        newest = self.segments[-1]
        return is_quiet and bool(newest.offset or newest.unread)

    def _taken(self) -> set[Identity]:
        return {segment.identity for segment in self.segments}

    def _tell_once(self, text: str) -> None:
        if text not in self.told:
            self.told.add(text)
            self.say(text)
