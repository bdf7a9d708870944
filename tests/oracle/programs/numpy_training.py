import numpy as np
rng = np.random.default_rng(0)
X = rng.uniform(-1, 1, size=64)
Y = 2 * X + 1 + 0.1 * rng.normal(size=64)
w, b, lr = 0.0, 0.0, 0.1
hist = []
for step in range(60):
    pred = w * X + b
    loss = np.mean((pred - Y) ** 2)
    gw = np.mean(2 * (pred - Y) * X)
    gb = np.mean(2 * (pred - Y))
    w -= lr * gw
    b -= lr * gb
    hist.append(float(loss))
print(f"w={w:.3f}, b={b:.3f}, loss {hist[0]:.3f} -> {hist[-1]:.5f}")
