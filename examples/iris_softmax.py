# Softmax regression on Fisher's irises: four measurements in, three species out.
#
#   tcalc run examples/iris_softmax.py
#   python examples/with_pytorch.py examples/iris_softmax.py      the same file under PyTorch
#
# load, graph and save are tcalc's; everything else is PyTorch.
import torch
import torch.nn.functional as F

X = load("data/iris.csv")  # the numeric columns: float32 [150, 4]
y = load("data/iris.csv", "species")  # the text column: int64 codes [150]
print("X", X.shape, X.dtype, " y", y.shape, y.dtype)

torch.manual_seed(0)
order = torch.randperm(150)
train, test = order[:120], order[120:]
X = (X - X[train].mean(dim=0)) / X[train].std(dim=0)

W = (torch.randn(4, 3) * 0.1).requires_grad_()
b = torch.zeros(3, requires_grad=True)

for epoch in range(200):
    loss = F.cross_entropy(X[train] @ W + b, y[train])
    loss.backward()
    with torch.no_grad():
        W -= 0.5 * W.grad
        b -= 0.5 * b.grad
    W.grad.zero_()
    b.grad.zero_()
    if epoch % 40 == 0 or epoch == 199:
        print(f"epoch {epoch:3d}  loss {loss.item():.4f}")

with torch.no_grad():
    guess = (X @ W + b).argmax(dim=1)
right = guess == y
print(f"training accuracy {right[train].float().mean().item():.4f}")
print(f"test accuracy     {right[test].float().mean().item():.4f}")
print("wrong:", [int(i) for i in range(150) if not right[i]])

save(graph(F.cross_entropy(X[train] @ W + b, y[train])), "iris_loss.svg")
