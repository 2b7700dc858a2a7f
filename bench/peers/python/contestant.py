# Answers the runner's messages with the help of an Engine, which stands before this file in one program: each line of
# standard input is a message, each line of standard output an answer. Draws the same numbers as draw.mjs.
import json
import os
import sys
import time
import traceback

import numpy as np

CHECK_SEED, TIMED_SEED, INFERENCE_SEED = 1, 2, 3
CHECK_SECONDS = 4.0
LEAST_CHECK_STEPS = 2
COMPARED_LOGITS = 100


def draw_rows(random, count, width, classes):
    x = random.uniform(size=(count, width)).astype(np.float32)
    return x, np.floor(random.uniform(size=count) * classes).astype(np.int64)


def first_weights(random, layers):
    bounds = [1 / np.sqrt(inputs) for inputs in layers[:-1]]
    return [random.uniform(-b, b, size=(m, n)).astype(np.float32) for b, m, n in zip(bounds, layers, layers[1:])]


timed_rows = {}


def draw_training(workload):
    layers, batch = workload["layers"], workload["batch"]
    random = np.random.RandomState(CHECK_SEED)
    check = draw_rows(random, workload["checkSteps"] * batch, layers[0], layers[-1])
    kernels = first_weights(random, layers)
    key = (layers[0], layers[-1], workload["samples"])
    if key not in timed_rows:
        timed_rows[key] = draw_rows(np.random.RandomState(TIMED_SEED), key[2], key[0], key[1])
    return kernels, check, timed_rows[key]


def draw_inference(workload):
    layers = workload["layers"]
    random = np.random.RandomState(INFERENCE_SEED)
    kernels = first_weights(random, layers)
    return kernels, random.uniform(size=(workload["rows"], layers[0])).astype(np.float32)


def repeat(call, message):
    """Repeat a call until the time is over; the clock is read about once a millisecond."""
    seconds = message["milliseconds"] / 1e3
    began = time.perf_counter()
    steps, block, elapsed = 0, 1, 0.0
    while steps < message["leastSteps"] or elapsed < seconds:
        for _ in range(block):
            call()
        steps += block
        elapsed = time.perf_counter() - began
        block = max(1, round(steps / max(1.0, elapsed * 1e3)))
    return {"steps": steps, "microseconds": elapsed * 1e6 / steps}


def mean_of_losses(step, rows, batch):
    """Train in order for as many steps as fit into the time; every prefix has its mean, for the slower ones."""
    began = time.perf_counter()
    means, total = [], 0.0
    while len(means) * batch < rows:
        if len(means) >= LEAST_CHECK_STEPS and time.perf_counter() - began > CHECK_SECONDS:
            break
        at = len(means) * batch
        total += step(at, at + batch)
        means.append(total / (len(means) + 1))
    return {"steps": len(means), "meanLoss": means[-1], "means": means}


def gemm_rates(multiply):
    """GFLOP/s of float32 products of these sizes, the best of many: what the BLAS under this library gives."""
    rates = {}
    for m, n, k in ((1024, 1024, 1024), (256, 800, 800), (128, 512, 784), (100, 100, 784)):
        a, b = np.ones((m, k), np.float32), np.ones((k, n), np.float32)
        call = multiply(a, b)
        calls = max(1, int(1e8 / (m * n * k)))
        best = float("inf")
        end = time.perf_counter() + 0.2
        while time.perf_counter() < end or best == float("inf"):
            began = time.perf_counter()
            for _ in range(calls):
                call()
            best = min(best, (time.perf_counter() - began) / calls)
        rates[f"{m}x{n}x{k}"] = round(2e-9 * m * n * k / best, 1)
    return rates


def libraries():
    """Name the loaded libraries that multiply matrices or run threads, by their file names."""
    try:
        with open("/proc/self/maps") as maps:
            paths = {line.split("/", 1)[1].strip() for line in maps if "/" in line}
    except OSError:
        return ""
    known = ("openblas", "mkl", "blis", "libgomp", "libomp", "libiomp", "libblas", "accelerate")
    names = {os.path.basename(p) for p in paths if any(part in os.path.basename(p).lower() for part in known)}
    return ", ".join(sorted(names))


def serve(engine):
    runs = {}

    def prepare(message):
        workload = message["workload"]
        if workload["kind"] == "inference":
            kernels, x = draw_inference(workload)
            outputs, runs[workload["name"]] = engine.predictor(workload["layers"], kernels, x)
            return {"outputs": [float(v) for v in np.asarray(outputs).reshape(-1)[:COMPARED_LOGITS]]}
        kernels, check, timed = draw_training(workload)
        checked = engine.losses(workload["layers"], kernels, check, workload["batch"])
        runs[workload["name"]] = engine.trainer(workload["layers"], kernels, timed, workload["batch"])
        return checked

    def check(message):
        workload = message["workload"]
        kernels, _, (x, y) = draw_training(workload)
        rows = message["steps"] * workload["batch"]
        return engine.losses(workload["layers"], kernels, (x[:rows], y[:rows]), workload["batch"])

    def mnist(message):
        parts = [np.frombuffer(sys.stdin.buffer.read(n), np.uint8) for n in message["bytes"]]
        width = message["layers"][0]
        return engine.mnist(message, (parts[0].reshape(-1, width), parts[1]), (parts[2].reshape(-1, width), parts[3]))

    answers = {
        "about": lambda message: engine.about(),
        "prepare": prepare,
        "check": check,
        "run": lambda message: runs[message["name"]](message),
        "mnist": mnist,
    }
    for line in iter(sys.stdin.buffer.readline, b""):
        message = json.loads(line)
        try:
            reply = answers[message["type"]](message)
        except Exception as error:
            traceback.print_exc()
            reply = {"error": f"{type(error).__name__}: {error}"}
        sys.stdout.write(json.dumps(reply) + "\n")
        sys.stdout.flush()


serve(Engine(json.loads(sys.argv[1])))
