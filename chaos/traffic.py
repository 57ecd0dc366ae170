"""Readers and writers that go on all the while: each answer is judged, each acknowledged write remembered."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx
import pg8000.dbapi
from sqlalchemy.engine import make_url

from chaos import promises
from chaos.system import System
from chaos.tally import Tally

INDEX = "chaos"
PAUSE = 0.25
KEYWORDS = ("python", "machine learning", "música", "data", "history", "机器学习")
LEARNERS = ("1", "4")


@dataclass
class Traffic:
    """Everybody who uses the system while it is attacked."""

    system: System
    truth: promises.Truth
    tally: Tally
    in_index: dict[str, str] = field(default_factory=dict)
    in_database: dict[str, str] = field(default_factory=dict)
    _over: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)

    def start(self) -> None:
        """Begin to read and write."""
        self._threads = [
            threading.Thread(target=self._go_on, args=(act,), daemon=True)
            for act in (self._reader(), self._learner(), self._index_writer(), self._database_writer())
        ]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """End, and wait for the last answers."""
        self._over.set()
        for thread in self._threads:
            thread.join(70)

    def stored(self) -> list[str]:
        """Say what is missing of what was acknowledged."""
        wrong = []
        for name, acknowledged, read in (
            ("index", dict(self.in_index), self._read_index),
            ("database", dict(self.in_database), self._read_database),
        ):
            told = promises.lost(acknowledged, read()) if acknowledged else None
            wrong += [f"{name}: {told}"] if told else []
        return wrong

    def _go_on(self, act: Callable[[], None]) -> None:
        while not self._over.wait(PAUSE):
            act()

    def _reader(self) -> Callable[[], None]:
        chosen = itertools.cycle(KEYWORDS)

        def act() -> None:
            words = next(chosen)
            away = self.system.away
            answer = self.system.ask("/coursematch", {"keywords": words})
            self._judge(
                f"search {answer.status}", promises.kept(answer, promises.matches(self.truth), away=self._away(away))
            )
            answer = self.system.ask(
                "/chat", body={"messages": [{"role": "user", "content": f"courses about {words}"}]}
            )
            self._judge(
                f"chat {answer.status}", promises.kept(answer, promises.chat(self.truth), away=self._away(away))
            )

        return act

    def _learner(self) -> Callable[[], None]:
        chosen = itertools.cycle(LEARNERS)

        def act() -> None:
            learner, away = next(chosen), self.system.away
            for path, judge in (
                ("/enrollments", promises.enrollments(self.truth, learner)),
                ("/recommendations", promises.recommendations(self.truth, learner)),
            ):
                answer = self.system.ask(path, {"student_id": learner}, learner=learner)
                self._judge(f"{path[1:]} {answer.status}", promises.kept(answer, judge, away=self._away(away)))

        return act

    def _away(self, before: bool) -> bool:
        return before or self.system.away

    def _judge(self, what: str, wrong: str | None) -> None:
        self.tally.answered(what)
        if wrong:
            self.tally.fail(f"{time.strftime('%H:%M:%S')} {what}: {wrong}")

    def _index_writer(self) -> Callable[[], None]:
        numbers = itertools.count(1)

        def act() -> None:
            key, word = f"w{next(numbers)}", f"word {time.time():.6f}"
            told = self.system.endpoints()["algolia"]
            with _index(told) as client:
                answer = client.put(f"/1/indexes/{INDEX}/{key}", json={"word": word})
                if answer.status_code not in (200, 201):
                    return
                task = answer.json()["taskID"]
                for _ in range(100):
                    if client.get(f"/1/indexes/{INDEX}/task/{task}").json()["status"] == "published":
                        self.in_index[key] = word
                        self.tally.answered("write to the index")
                        return
                    time.sleep(0.02)

        return _unless_away(act)

    def _database_writer(self) -> Callable[[], None]:
        numbers = itertools.count(1)

        def act() -> None:
            key, word = f"w{next(numbers)}", f"word {time.time():.6f}"
            connection = _database(self.system.endpoints())
            try:
                cursor = connection.cursor()
                cursor.execute("create table if not exists chaos_writes (key text primary key, word text not null)")
                cursor.execute("insert into chaos_writes (key, word) values (%s, %s)", (key, word))
                connection.commit()
                self.in_database[key] = word
                self.tally.answered("write to the database")
            finally:
                connection.close()

        return _unless_away(act)

    def _read_index(self) -> dict[str, str]:
        found: dict[str, str] = {}
        cursor: dict[str, Any] = {"hitsPerPage": 1000}
        with _index(self.system.endpoints()["algolia"]) as client:
            while True:
                page = client.post(f"/1/indexes/{INDEX}/browse", json=cursor).json()
                found |= {hit["objectID"]: hit["word"] for hit in page["hits"]}
                if not page.get("cursor"):
                    return found
                cursor = {"cursor": page["cursor"]}

    def _read_database(self) -> dict[str, str]:
        connection = _database(self.system.endpoints())
        try:
            cursor = connection.cursor()
            cursor.execute("select key, word from chaos_writes")
            return {str(key): str(word) for key, word in cursor.fetchall()}
        finally:
            connection.close()


def _unless_away(act: Callable[[], None]) -> Callable[[], None]:
    """Make an act that takes a part's absence for an answer: what was not acknowledged is not owed."""

    def tried() -> None:
        try:
            act()
        except (httpx.HTTPError, OSError, pg8000.dbapi.Error, KeyError, ValueError):
            time.sleep(PAUSE)

    return tried


def _index(told: dict[str, Any]) -> httpx.Client:
    headers = {"X-Algolia-Application-Id": told["app_id"], "X-Algolia-API-Key": told["admin_key"]}
    return httpx.Client(base_url=told["url"], headers=headers, timeout=10, trust_env=False)


def _database(told: dict[str, Any]) -> pg8000.dbapi.Connection:
    url = make_url(told["postgres"])
    return pg8000.dbapi.connect(
        user=url.username or "", password=url.password, host=url.host or "", port=url.port or 5432,
        database=url.database, timeout=10,
    )  # fmt: skip
