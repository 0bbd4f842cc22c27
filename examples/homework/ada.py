import numpy as np


def backward(x, y, W1, b1, W2, b2):
    z1 = W1 @ x + b1
    a2 = 1 / (1 + np.exp(-(W2 @ np.maximum(z1, 0) + b2)))
    delta2 = (a2 - y) * a2 * (1 - a2)
    delta1 = (W2.T @ delta2) * (z1 > 0)
    return np.outer(delta1, x)
