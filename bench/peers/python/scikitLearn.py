# scikit-learn's MLPClassifier as a contestant; float32 inputs are its faster way. Its regularization is switched off.
# A network of two classes has one logistic output there, so its losses are not those of the others.
import platform
import time
import warnings

import numpy
import sklearn
from sklearn.neural_network import MLPClassifier

warnings.filterwarnings("ignore")


class Engine:
    def __init__(self, options):
        pass

    def about(self):
        return {
            "version": sklearn.__version__,
            "numpy": numpy.__version__,
            "python": platform.python_version(),
            "libraries": libraries(),
            "gemm": gemm_rates(lambda a, b: lambda: a @ b),
        }

    @staticmethod
    def network(layers, kernels, x, y, batch):
        """Let partial_fit make its arrays, then put the first weights there and forget Adam's state."""
        model = MLPClassifier(hidden_layer_sizes=layers[1:-1], batch_size=batch, alpha=0, random_state=0)
        model.partial_fit(x[:batch], y[:batch], classes=np.arange(layers[-1]))
        for i, (ours, kernel) in enumerate(zip(model.coefs_, kernels)):
            isBinary = layers[-1] == 2 and i == len(kernels) - 1
            ours[...] = kernel[:, 1:] - kernel[:, :1] if isBinary else kernel
        for bias in model.intercepts_:
            bias[...] = 0
        del model._optimizer
        return model

    def losses(self, layers, kernels, rows, batch):
        x, y = rows
        model = self.network(layers, kernels, x, y, batch)

        def step(first, end):
            model.partial_fit(x[first:end], y[first:end])
            return model.loss_

        if layers[-1] == 2:
            return {"steps": 0, "meanLoss": None}
        return mean_of_losses(step, len(x), batch)

    def trainer(self, layers, kernels, rows, batch):
        """partial_fit shuffles and makes one epoch; slow networks get as many rows as the slice has time for."""
        x, y = rows
        model = self.network(layers, kernels, x, y, batch)
        state = {"seconds": None}

        def run(message):
            wanted = len(x) // batch
            if state["seconds"] is not None:
                fitting = int(message["milliseconds"] / 1e3 / state["seconds"])
                wanted = min(wanted, max(message["leastSteps"], fitting, 1))
            steps, began = 0, time.perf_counter()
            while steps == 0 or time.perf_counter() - began < message["milliseconds"] / 1e3:
                model.partial_fit(x[: wanted * batch], y[: wanted * batch])
                steps += wanted
            elapsed = time.perf_counter() - began
            state["seconds"] = elapsed / steps
            return {"steps": steps, "microseconds": elapsed * 1e6 / steps}

        return run

    def predictor(self, layers, kernels, x):
        rows = np.resize(x, (layers[-1], layers[0]))
        model = self.network(layers, kernels, rows, np.arange(layers[-1]), layers[-1])
        return np.log(model.predict_proba(x)), lambda message: repeat(lambda: model.predict_proba(x), message)

    def mnist(self, message, train, test):
        began = time.perf_counter()
        scaled = lambda pixels: pixels.astype(np.float32) / np.float32(255)
        layers = message["layers"]
        model = MLPClassifier(
            hidden_layer_sizes=layers[1:-1],
            batch_size=message["batch"],
            max_iter=message["epochs"],
            n_iter_no_change=message["epochs"] + 1,
            random_state=message["seed"],
        )
        model.fit(scaled(train[0]), train[1])
        labels = model.predict(scaled(test[0]))
        seconds = time.perf_counter() - began
        return {"seconds": seconds, "accuracy": float((labels == test[1]).mean())}
