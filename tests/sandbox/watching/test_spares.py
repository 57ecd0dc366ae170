"""A spare imports before a save what nobody edits, says what is wrong with what is saved, and becomes the workload."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest

from sandbox.embedded.kubernetes.objects import CronJob, Job, LocalPlan, Pod
from sandbox.embedded.kubernetes.workloads import Workloads
from sandbox.processes.process_spec import ProcessSpec, base_environment
from sandbox.processes.supervision import Child, ProcessEnded, Supervisor, until
from sandbox.setup.state import ROOT
from sandbox.watching import spares as spares_module
from sandbox.watching.packages import packages
from sandbox.watching.spares import DoesNotImport, Spares

SAYS = """import os, sys
print("I am", __name__, sys.argv[1:], os.environ.get("ASKED"), "zlib" in sys.modules, flush=True)
"""


def with_spares(folder: Path, module: str, work: Callable[[Spares, Supervisor, ProcessSpec], Awaitable[None]]) -> None:
    """Have `module` of `folder` be what the workload `web` runs."""
    env = base_environment() | {"PYTHONPATH": os.pathsep.join((str(folder), str(ROOT)))}
    pod = Pod(("python", "-m", module, "serve"), env)

    async def main() -> None:
        async with Supervisor(folder, folder) as supervisor:
            spares = Spares(supervisor, {"web": pod}, {"web": ["zlib", "not_installed_here"]})
            spares.warm(["web"])
            try:
                await work(spares, supervisor, ProcessSpec("web", pod.argv, env=env | {"ASKED": "now"}))
            finally:
                await spares.close()

    asyncio.run(main())


def saved(folder: Path, name: str, text: str) -> str:
    (folder / name).mkdir(exist_ok=True)
    (folder / name / "__init__.py").write_text("")
    (folder / name / "__main__.py").write_text(text)
    return f"{name}.__main__"


async def written(child: Child, words: str) -> None:
    async def there() -> bool:
        return words in child.log.read_text()

    await until(there, child, seconds=30)


def test_becomes_what_it_has_tried_with_the_same_process_and_the_workloads_log(tmp_path: Path) -> None:
    tried = saved(tmp_path, "trade", SAYS + "import time\nif __name__ == '__main__': time.sleep(600)\n")

    async def work(spares: Spares, supervisor: Supervisor, spec: ProcessSpec) -> None:
        await spares.try_out("web", [tried])
        spare = spares.take("web")
        pid = spare.pid
        web = supervisor.add(spec)
        await web.begin(spare)
        await written(web, "I am __main__ ['serve'] now True")
        assert web.pid == pid
        assert not spare.running
        await web.stop()
        assert not web.running

    with_spares(tmp_path, "trade", work)


def test_says_in_which_line_an_import_fails_and_the_next_spare_knows_nothing_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spares_module, "ROOT", tmp_path)
    tried = saved(tmp_path, "trade", "answer = 1\nanswer = nowhere\n")

    async def work(spares: Spares, _: Supervisor, __: ProcessSpec) -> None:
        with pytest.raises(DoesNotImport, match=r"trade/__main__\.py:2: NameError: name 'nowhere' is not defined"):
            await spares.try_out("web", [tried])
        saved(tmp_path, "trade", "answer = 1\n\n")
        spares.throw(["web"])
        await spares.try_out("web", [tried])

    with_spares(tmp_path, "trade", work)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("raise SystemExit('enough')\n", "enough"),
        ("import os\nos._exit(3)\n", "ended while it was imported"),
        ("while True: pass\n", "not imported within 1 s"),
    ],
    ids=["exits", "dies", "hangs"],
)
def test_outlives_whatever_an_import_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, said: str
) -> None:
    monkeypatch.setattr(spares_module, "IMPORT_SECONDS", 1 if "while" in text else 60)
    tried = saved(tmp_path, "trade", 'print(\'{"fault": "no answer"}\', flush=True)\n' + text)

    async def work(spares: Spares, _: Supervisor, __: ProcessSpec) -> None:
        with pytest.raises((DoesNotImport, ProcessEnded), match=said):
            await spares.try_out("web", [tried])
        spares.throw(["web"])
        await spares.try_out("web", ["json"])

    with_spares(tmp_path, "trade", work)


def test_is_taken_over_once_by_the_next_job_and_an_ended_one_by_none(tmp_path: Path) -> None:
    saved(tmp_path, "trade", SAYS)

    async def work(spares: Spares, supervisor: Supervisor, spec: ProcessSpec) -> None:
        pod = Pod(spec.argv, spec.env)
        started = replace(pod, argv=("python3", "-c", "print('started', flush=True)"))
        cron_job = CronJob("web", "@yearly", "UTC", Job("web", pod, backoff_limit=0))
        running = Workloads(supervisor, LocalPlan((), (), (cron_job,)), print, {})
        await spares.try_out("web", ["json"])
        await running.offer("web", spares.take("web"))
        await running.run_cron_job("web", {"ASKED": "for once"})
        assert "I am __main__ ['serve'] for once True" in supervisor.children["web"].log.read_text()

        spares.warm(["web"])
        await spares.try_out("web", ["json"])
        ended = spares.take("web")
        await ended.stop()
        web = supervisor.add(ProcessSpec("again", started.argv, env=spec.env))
        await web.begin(ended)
        assert await web.wait() == 0
        assert "started" in web.log.read_text()

    with_spares(tmp_path, "trade", work)


def test_names_the_packages_of_others_and_passes_over_a_half_saved_file(tmp_path: Path) -> None:
    (tmp_path / "one.py").write_text(
        "from __future__ import annotations\nimport services.lms\nimport flask, json\nfrom . import two\n"
        "def serve():\n    from waitress.server import create_server\n"
    )
    (tmp_path / "half.py").write_text("import (\n")
    (tmp_path / "rows.txt").write_text("import numpy")

    files = [tmp_path / name for name in ("one.py", "half.py", "rows.txt", "gone.py")]
    assert packages(files) == ["flask", "json", "waitress.server"]
