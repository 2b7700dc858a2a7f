# PyTorch as the opponent of bench/cnn.mjs: each line of standard input is a message, each line of standard output an
# answer. Draws the same numbers as that file.
import json
import sys
import time

import numpy as np
import torch
from torch import nn

given = json.loads(sys.argv[1])
batch = given["batch"]


def draw(rows):
    random = np.random.RandomState(given["seed"])
    shapes = ((3, 3, 1, 32), (3, 3, 32, 64), (12, 12, 64, 128), (128, 10))
    weights = [
        torch.from_numpy(random.uniform(-bound, bound, size=shape).astype(np.float32))
        for bound, shape in zip(given["bounds"], shapes)
    ]
    x = torch.from_numpy(random.uniform(size=(rows, 28, 28, 1)).astype(np.float32))
    y = torch.from_numpy(np.floor(random.uniform(size=rows) * 10).astype(np.int64))
    return weights, x.permute(0, 3, 1, 2), y


class Training:
    def __init__(self, channels_last, rates):
        (first, second, hidden, output), x, self.y = draw(given["rows"])
        layers = [
            *(nn.Conv2d(1, 32, 3), nn.ReLU(), nn.Conv2d(32, 64, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Dropout(rates[0])),
            *(nn.Flatten(), nn.Linear(9216, 128), nn.ReLU(), nn.Dropout(rates[1]), nn.Linear(128, 10)),
        ]
        self.network = nn.Sequential(*layers)
        with torch.no_grad():
            layers[0].weight.copy_(first.permute(3, 2, 0, 1))
            layers[2].weight.copy_(second.permute(3, 2, 0, 1))
            # PyTorch lays channels out first.
            layers[7].weight.copy_(hidden.permute(3, 2, 0, 1).reshape(128, 9216))
            layers[10].weight.copy_(output.T)
            for layer in (layers[0], layers[2], layers[7], layers[10]):
                layer.bias.zero_()
        layout = torch.channels_last if channels_last else torch.contiguous_format
        self.network = self.network.to(memory_format=layout)
        self.x = x.contiguous(memory_format=layout)
        self.optimizer = torch.optim.Adam(self.network.parameters(), lr=1e-3, fused=True)
        self.loss = nn.CrossEntropyLoss()

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
            reply = {"loss": Training(False, (0, 0)).epoch(), "version": torch.__version__}
        else:
            last = message["channelsLast"]
            torch.set_num_threads(message["threads"])
            if last not in trainings:
                trainings[last] = Training(last, (0.25, 0.5))
                trainings[last].epoch()
            began, used = time.perf_counter(), time.process_time()
            trainings[last].epoch()
            milliseconds = 1e3 / (given["rows"] / batch)
            reply = {
                "time": (time.perf_counter() - began) * milliseconds,
                "processor": (time.process_time() - used) * milliseconds,
            }
    except Exception as error:
        reply = {"error": f"{type(error).__name__}: {error}"}
    sys.stdout.write(json.dumps(reply) + "\n")
    sys.stdout.flush()
