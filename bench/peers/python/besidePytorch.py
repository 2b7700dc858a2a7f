# The end of a program that trains a `Training` (network, optimizer, loss, x, y) beside Gradus: each line of standard input
# is a message, each line of standard output an answer.
import time

batch = given["batch"]


def train(training):
    """Train for an epoch; give the mean loss of its steps."""
    losses = []
    for at in range(0, len(training.x), batch):
        training.optimizer.zero_grad()
        loss = training.loss(training.network(training.x[at : at + batch]), training.y[at : at + batch])
        loss.backward()
        training.optimizer.step()
        losses.append(float(loss.detach()))
    return sum(losses) / len(losses)


trainings = {}
for line in iter(sys.stdin.readline, ""):
    message = json.loads(line)
    try:
        if message["type"] == "loss":
            reply = {"loss": train(Training()), "version": torch.__version__}
        else:
            torch.set_num_threads(message["threads"])
            form = json.dumps(message["form"])
            if form not in trainings:
                trainings[form] = Training(**message["form"])
                train(trainings[form])
            began, used = time.perf_counter(), time.process_time()
            train(trainings[form])
            milliseconds = 1e3 / (given["rows"] / batch)
            reply = {
                "time": (time.perf_counter() - began) * milliseconds,
                "processor": (time.process_time() - used) * milliseconds,
            }
    except Exception as error:
        reply = {"error": f"{type(error).__name__}: {error}"}
    sys.stdout.write(json.dumps(reply) + "\n")
    sys.stdout.flush()
