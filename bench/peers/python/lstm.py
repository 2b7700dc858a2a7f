# The network of bench/lstm.mjs in PyTorch, from the same numbers; besidePytorch.py, which follows, trains it.
import json
import sys

import numpy as np
import torch

given = json.loads(sys.argv[1])
vocabulary, units, steps = given["vocabulary"], given["units"], given["steps"]


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
    def __init__(self, fused=None):
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
        # Of the two biases only the sum counts: trained both, it would move twice as fast as where there is one. Without
        # a form the loss is asked for, and one is trained.
        network.lstm.bias_hh_l0.requires_grad_(fused is not None)
        self.optimizer = torch.optim.Adam(network.parameters(), lr=1e-3, **({"fused": True} if fused else {}))
        self.loss = torch.nn.BCEWithLogitsLoss()
