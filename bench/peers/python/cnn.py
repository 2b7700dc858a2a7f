# The network of bench/cnn.mjs in PyTorch, from the same numbers; besidePytorch.py, which follows, trains it.
import json
import sys

import numpy as np
import torch
from torch import nn

given = json.loads(sys.argv[1])


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
    def __init__(self, channelsLast=None):
        # Without a form the loss is asked for, to which dropout adds nothing.
        rates = (0, 0) if channelsLast is None else (0.25, 0.5)
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
        layout = torch.channels_last if channelsLast else torch.contiguous_format
        self.network = self.network.to(memory_format=layout)
        self.x = x.contiguous(memory_format=layout)
        self.optimizer = torch.optim.Adam(self.network.parameters(), lr=1e-3, fused=True)
        self.loss = nn.CrossEntropyLoss()
