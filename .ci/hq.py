"""A sweep as tasks of a real HyperQueue: its server and two workers on this machine, as its package for Python holds them (the
program `hq` is not in it). Each task finds its shard and its threads by what HyperQueue tells it; a task is killed, what is
missing is submitted again. The merged tables must have the bytes of a sweep run here.

    hq.py PROGRAM FOLDER
"""
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from hyperqueue import Job, LocalCluster
from hyperqueue.cluster import WorkerConfig
from hyperqueue.ffi.protocol import ResourceRequest

PROGRAM, HOME = sys.argv[1], Path(sys.argv[2]).resolve()
# What has to be quoted nowhere: tasks are lists of words.
FOLDER = HOME / "it's a sweep, 100 %{TASK_ID}"
SHARDS = 8
SWEEP = """(
    name: "On a cluster",
    question: "Does it matter where a sweep is run?",
    base: (scenario: "first_market", set: {"citizens.count": 1500}),
    days: 120,
    factors: {"law.fine": (low: 20, high: 900, log: true), "goods.*.evidence": (low: 0.2, high: 1.0)},
    design: (method: "sobol", points: 16),
    reps: 4,
    metrics: [(name: "trades", metric: "mean(days.trades)"), (name: "harm", metric: "sum(days.harm)")],
    series: (columns: ["trades"], every: 30),
)
"""


def contraband(*words, code=0):
    told = subprocess.run([PROGRAM, *map(str, words)], cwd=HOME, capture_output=True, text=True)
    if told.returncode != code:
        sys.exit(f"hyperqueue: {words} ended with {told.returncode}: {told.stderr}")
    return told.stdout


def submit(client, kill=None):
    """All shards as tasks with their numbers; those that are over have nothing to do. What each said."""
    job = Job(HOME, max_fails=None)
    logs = [HOME / f"task-{shard}.log" for shard in range(SHARDS)]
    for shard, log in enumerate(logs):
        log.unlink(missing_ok=True)
        # The last has two cores: its threads are counted.
        cores = 2 if shard == SHARDS - 1 else 1
        words = [PROGRAM, "sweep", "run", str(FOLDER), "--shard", "auto"]
        job.program(words, stdout=None, stderr=str(log), resources=ResourceRequest(cpus=cores), name=str(shard))
    told = client.submit(job)
    if kill is not None:
        shot(kill)
    client.wait_for_jobs([told], raise_on_error=False)
    return [log.read_text() for log in logs]


def shot(shard):
    """Kills the process of a task as soon as it has kept something."""
    journal = FOLDER / "shards" / f"{shard:05}.journal"
    for _ in range(1200):
        if journal.is_file() and journal.stat().st_size > 200:
            break
        time.sleep(0.02)
    for process in Path("/proc").iterdir():
        try:
            about = (process / "environ").read_bytes().split(b"\0")
            words = (process / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if f"HQ_TASK_ID={shard}".encode() in about and str(FOLDER).encode() in words:
            os.kill(int(process.name), signal.SIGKILL)
            return
    sys.exit(f"hyperqueue: no task runs shard {shard}")


(HOME / "sweep.ron").write_text(SWEEP)
contraband("sweep", "sweep.ron", "--out", "here")
contraband("sweep", "plan", "sweep.ron", "--out", FOLDER, "--shards", SHARDS)
with LocalCluster(str(HOME / "server"), WorkerConfig(cores=2)) as cluster:
    cluster.start_worker(WorkerConfig(cores=2))
    client = cluster.client()
    told = submit(client, kill=2)
    missing = contraband("sweep", "status", FOLDER, "--missing", code=3).split()
    if missing != ["2"]:
        sys.exit(f"hyperqueue: missing are {missing}, not shard 2")
    if "on 2 threads" not in told[-1] or "on 1 thread" not in told[0]:
        sys.exit(f"hyperqueue: threads are not those of the tasks: {told[0]} {told[-1]}")
    again = submit(client)
    if " reused" not in again[2] or not again[1].startswith("0 runs done"):
        sys.exit(f"hyperqueue: what was kept was run again: {again[1]} {again[2]}")
contraband("sweep", "merge", FOLDER, "--check")
for table in ["runs", "series", "failures"]:
    if (HOME / "here" / f"{table}.parquet").read_bytes() != (FOLDER / f"{table}.parquet").read_bytes():
        sys.exit(f"hyperqueue: {table}.parquet has other bytes")
print(f"hyperqueue: {SHARDS} tasks on two workers, one killed and submitted again: the bytes of a sweep run here")
