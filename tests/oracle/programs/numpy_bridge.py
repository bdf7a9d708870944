# lang: no
import torch
import numpy as np
a = np.array([1.0, 2.0, 3.0])
t = torch.from_numpy(a)
a[0] = 999.0
print(t, a)
t[1] = 5
print(a, t.dtype)
i = np.array([1, 2, 3])
ti = torch.from_numpy(i)
i[0] = 100
print(ti, ti.dtype)
x = torch.tensor([4.0, 5.0, 6.0])
n = x.numpy()
print(n, type(n), n.dtype, n.shape)
n[0] = -1
print(x)
c = torch.tensor([10.0, 20.0, 30.0])
d = c.numpy().copy()
d[0] = -1
e = c.clone().numpy()
e[1] = -2
print(d, c, e)
w = torch.tensor([1.0, 2.0], requires_grad=True)
print(w.detach().cpu().numpy(), w.detach().numpy().sum())
m = np.array([[1, 2], [3, 4], [5, 6]])
print((torch.from_numpy(m) * 2).numpy())
print(torch.ones(64, 5).numpy().shape, np.asarray(torch.tensor([1, 2])), np.array(torch.ones(2)), torch.tensor(np.array([1, 2], dtype=np.int32)), torch.as_tensor(np.array([1.5])))
print(torch.from_numpy(m).T.stride(), torch.from_numpy(m[:, 1]).stride(), torch.from_numpy(m[::2]).is_contiguous(), torch.tensor([True]).numpy(), torch.tensor(3.5).numpy())
print(torch.tensor(np.float64(1.5)), torch.tensor(np.float32(1.5)).dtype, torch.tensor([np.int64(2), 3]), torch.ones(2) * np.float64(2), torch.tensor([1, 2]) + np.float64(1.5))
print(torch.arange(4).reshape(2, 2).numpy().T.strides, torch.zeros(2, 3).T.numpy().strides, torch.ones(3)[1:].numpy())
def err(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, str(e).split("\n")[0])
err(lambda: w.numpy())
err(lambda: torch.from_numpy([1, 2]))
err(lambda: torch.from_numpy(np.array(["a"])))
err(lambda: np.asarray(w))
