"""The answers asked for last, kept for the next time; safe to ask from many threads."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class Recent(Generic[Key, Value]):
    """At most ``size`` values, the one asked for longest ago goes first. Each is made once, whoever asks."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._kept: OrderedDict[Key, Value] = OrderedDict()
        self._making: dict[Key, threading.Lock] = {}
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, key: Key, make: Callable[[], Value]) -> Value:
        """The value kept under ``key``; made (by one thread, the others wait) when there is none."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
            making = self._making.setdefault(key, threading.Lock())
        with making:
            with self._lock:
                if key in self._kept:
                    return self._kept[key]
            return self._keep(key, make())

    def clear(self) -> None:
        """Forget everything kept."""
        with self._lock:
            self._kept.clear()

    def _keep(self, key: Key, value: Value) -> Value:
        with self._lock:
            self._kept[key] = value
            self._making.pop(key, None)
            while len(self._kept) > self._size:
                self._kept.popitem(last=False)
        return value
