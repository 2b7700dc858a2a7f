# PyTorch as a contestant, in the way its tutorials train: eager modules, Adam plain or fused.
import platform
import time

import torch


class Engine:
    def __init__(self, options):
        torch.set_num_threads(options["threads"])
        self.fused = {"fused": True} if options["fused"] else {}

    def about(self):
        return {
            "version": torch.__version__,
            "python": platform.python_version(),
            "threads": torch.get_num_threads(),
            "instructions": torch.backends.cpu.get_cpu_capability(),
            "libraries": libraries(),
            "parallel": torch.__config__.parallel_info(),
            "build": torch.__config__.show(),
            "gemm": gemm_rates(self.multiplier),
        }

    @staticmethod
    def multiplier(a, b):
        left, right = torch.from_numpy(a), torch.from_numpy(b)
        return lambda: torch.mm(left, right)

    @staticmethod
    def network(layers, kernels=None):
        parts = []
        for i, (inputs, outputs) in enumerate(zip(layers, layers[1:])):
            linear = torch.nn.Linear(inputs, outputs)
            if kernels is not None:
                linear.weight.data = torch.from_numpy(kernels[i].T.copy())
                linear.bias.data.zero_()
            parts += [linear, torch.nn.ReLU()]
        return torch.nn.Sequential(*parts[:-1])

    def step_of(self, model, x, y):
        optimizer = torch.optim.Adam(model.parameters(), lr=1e-3, **self.fused)

        def step(rows):
            optimizer.zero_grad()
            loss = torch.nn.functional.cross_entropy(model(x[rows]), y[rows])
            loss.backward()
            optimizer.step()
            return loss

        return step

    def losses(self, layers, kernels, rows, batch):
        x, y = map(torch.from_numpy, rows)
        step = self.step_of(self.network(layers, kernels), x, y)
        return mean_of_losses(lambda first, end: float(step(slice(first, end)).detach()), len(x), batch)

    def trainer(self, layers, kernels, rows, batch):
        x, y = map(torch.from_numpy, rows)
        step = self.step_of(self.network(layers, kernels), x, y)
        state = {"order": torch.randperm(len(x)), "at": 0}

        def one():
            if state["at"] >= len(x):
                state["order"], state["at"] = torch.randperm(len(x)), 0
            at = state["at"]
            step(state["order"][at : at + batch])
            state["at"] = at + batch

        return lambda message: repeat(one, message)

    def predictor(self, layers, kernels, x):
        model = self.network(layers, kernels).eval()
        rows = torch.from_numpy(x)

        def run(message):
            with torch.inference_mode():
                return repeat(lambda: model(rows), message)

        with torch.inference_mode():
            return model(rows).numpy(), run

    def mnist(self, message, train, test):
        began = time.perf_counter()
        torch.manual_seed(message["seed"])
        scaled = lambda pixels: torch.from_numpy(pixels.copy()).float().div_(255)
        x, y = scaled(train[0]), torch.from_numpy(train[1].astype(np.int64))
        model = self.network(message["layers"])
        step = self.step_of(model, x, y)
        for _ in range(message["epochs"]):
            order = torch.randperm(len(x))
            for at in range(0, len(x), message["batch"]):
                step(order[at : at + message["batch"]])
        with torch.inference_mode():
            labels = model(scaled(test[0])).argmax(1).numpy()
        seconds = time.perf_counter() - began
        return {"seconds": seconds, "accuracy": float((labels == test[1]).mean())}
