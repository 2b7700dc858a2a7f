# PyTorch as the opponent of bench/lstm.mjs: each line of standard input is a message, each line of standard output an
# answer. Draws the same numbers as that file.
import json
import sys
import time

import numpy as np
import torch

given = json.loads(sys.argv[1])
vocabulary, units, steps, batch = given["vocabulary"], given["units"], given["steps"], given["batch"]


class Network(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = torch.nn.Embedding(vocabulary, units)
        self.lstm = torch.nn.LSTM(units, units, batch_first=True)
        self.dense = torch.nn.Linear(units, 1)

    def forward(self, x):
        _, (last, _) = self.lstm(self.embedding(x))
        return self.dense(last[0])


def draw(rows):
    random = np.random.RandomState(given["seed"])
    weights = [
        random.uniform(-bound, bound, size=shape).astype(np.float32)
        for bound, shape in zip(given["bounds"], ((vocabulary, units), (units, 4 * units), (units, 4 * units), (units, 1)))
    ]
    x = np.floor(random.uniform(size=(rows, steps)) * vocabulary).astype(np.int64)
    y = np.floor(random.uniform(size=(rows, 1)) * 2).astype(np.float32)
    return weights, torch.from_numpy(x), torch.from_numpy(y)


class Training:
    def __init__(self, fused, one_bias=False):
        (embeddings, kernel, recurrent, dense), self.x, self.y = draw(given["rows"])
        self.network = network = Network()
        with torch.no_grad():
            network.embedding.weight.copy_(torch.from_numpy(embeddings))
            network.lstm.weight_ih_l0.copy_(torch.from_numpy(kernel.T.copy()))
            network.lstm.weight_hh_l0.copy_(torch.from_numpy(recurrent.T.copy()))
            network.lstm.bias_ih_l0.zero_()
            network.lstm.bias_hh_l0.zero_()
            network.dense.weight.copy_(torch.from_numpy(dense.T.copy()))
            network.dense.bias.zero_()
        # Of the two biases only the sum counts: trained both, it would move twice as fast as where there is one.
        network.lstm.bias_hh_l0.requires_grad_(not one_bias)
        self.optimizer = torch.optim.Adam(network.parameters(), lr=1e-3, **({"fused": True} if fused else {}))
        self.loss = torch.nn.BCEWithLogitsLoss()

    def epoch(self):
        losses = []
        for at in range(0, len(self.x), batch):
            self.optimizer.zero_grad()
            loss = self.loss(self.network(self.x[at : at + batch]), self.y[at : at + batch])
            loss.backward()
            self.optimizer.step()
            losses.append(float(loss.detach()))
        return sum(losses) / len(losses)


trainings = {}
for line in iter(sys.stdin.readline, ""):
    message = json.loads(line)
    try:
        if message["type"] == "loss":
            reply = {"loss": Training(False, one_bias=True).epoch(), "version": torch.__version__}
        else:
            fused = message["fused"]
            torch.set_num_threads(message["threads"])
            if fused not in trainings:
                trainings[fused] = Training(fused)
                trainings[fused].epoch()
            began, used = time.perf_counter(), time.process_time()
            trainings[fused].epoch()
            milliseconds = 1e3 / (given["rows"] / batch)
            reply = {
                "time": (time.perf_counter() - began) * milliseconds,
                "processor": (time.process_time() - used) * milliseconds,
            }
    except Exception as error:
        reply = {"error": f"{type(error).__name__}: {error}"}
    sys.stdout.write(json.dumps(reply) + "\n")
    sys.stdout.flush()
