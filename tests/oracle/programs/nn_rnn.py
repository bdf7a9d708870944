import torch
import torch.nn as nn
torch.manual_seed(0)
x = torch.randn(5, 2, 3)
for m in [nn.RNN(3, 4), nn.RNN(3, 4, nonlinearity='relu', num_layers=2), nn.LSTM(3, 4), nn.LSTM(3, 4, 2, batch_first=True, bidirectional=True), nn.GRU(3, 4, bias=False), nn.GRU(3, 4, num_layers=2, bidirectional=True), nn.LSTM(3, 4, proj_size=2), nn.LSTM(3, 4, 2, dropout=0.5)]:
    out, h = m(x)
    print(m)
    print([n for n, _ in m.named_parameters()])
    print(out.detach())
    out.sum().backward()
    print([f"{v:.2f}" for v in m.weight_ih_l0.grad.flatten()[:6].tolist()])
for m in [nn.RNNCell(3, 4), nn.RNNCell(3, 4, nonlinearity='relu'), nn.GRUCell(3, 4)]:
    print(m, m(x[0]), m(x[0], torch.ones(2, 4)))
c = nn.LSTMCell(3, 4)
h, s = c(x[0])
print(c, h, s, c(x[1], (h, s))[0])
out, h = nn.RNN(3, 4)(x[:, 0])
print(out.shape, h.shape)
out, (h, s) = nn.LSTM(3, 4)(x, (torch.ones(1, 2, 4), torch.zeros(1, 2, 4)))
print(h)
for f in [lambda: nn.RNN(3, 4)(torch.ones(5, 2, 2)), lambda: nn.GRU(3, 4)(x, torch.ones(1, 3, 4)), lambda: nn.LSTM(3, 0), lambda: nn.RNN(3, 4)(torch.ones(3)), lambda: nn.GRU(3, 4, proj_size=2)]:
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
class CharRNN(nn.Module):
    def __init__(self, vocab, hidden):
        super().__init__()
        self.emb = nn.Embedding(vocab, hidden)
        self.rnn = nn.LSTM(hidden, hidden, batch_first=True)
        self.out = nn.Linear(hidden, vocab)
    def forward(self, x, state=None):
        y, state = self.rnn(self.emb(x), state)
        return self.out(y), state
torch.manual_seed(1)
text = torch.tensor([[0, 1, 2, 3, 4, 0, 1, 2, 3, 4]])
net = CharRNN(5, 8)
opt = torch.optim.Adam(net.parameters(), lr=0.05)
for k in range(20):
    logits, _ = net(text[:, :-1])
    loss = nn.functional.cross_entropy(logits.reshape(-1, 5), text[:, 1:].reshape(-1))
    opt.zero_grad()
    loss.backward()
    opt.step()
    if k % 5 == 0:
        print(f"{loss.item():.4f}")
print(logits.argmax(-1))
