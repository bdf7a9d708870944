# lang: no
import torch
import threading
x = torch.tensor([1.0], requires_grad=True)
seen = []
def work():
    seen.append(torch.is_grad_enabled())
    with torch.no_grad():
        seen.append(torch.is_grad_enabled())
with torch.no_grad():
    t = threading.Thread(target=work)
    t.start()
    t.join()
    seen.append(torch.is_grad_enabled())
print(seen, torch.is_grad_enabled())
try:
    with torch.no_grad():
        raise ValueError("x")
except ValueError:
    pass
print(torch.is_grad_enabled())
