import copy
import math
import torch
import torch.nn as nn
import torch.nn.functional as F
import torch.optim as optim
from torch.optim.lr_scheduler import StepLR, CosineAnnealingLR, ReduceLROnPlateau
from torch.utils.data import DataLoader, TensorDataset, Subset, random_split

SEED = 1234
torch.manual_seed(SEED)

class AutoEncoder(nn.Module):
    def __init__(self, dims=(8, 4, 2)):
        super(AutoEncoder, self).__init__()
        enc, dec = [], []
        for a, b in zip(dims[:-1], dims[1:]):
            enc += [nn.Linear(a, b), nn.ReLU(inplace=True)]
        for a, b in zip(dims[::-1][:-1], dims[::-1][1:]):
            dec += [nn.Linear(a, b), nn.ReLU(True)]
        self.encoder = nn.Sequential(*enc[:-1])
        self.decoder = nn.Sequential(*dec[:-1], nn.Sigmoid())
        self._init_weights()

    def _init_weights(self):
        for m in self.modules():
            if isinstance(m, (nn.Conv2d, nn.Linear)):
                nn.init.kaiming_normal_(m.weight, mode='fan_out', nonlinearity='relu')
                if m.bias is not None:
                    nn.init.constant_(m.bias, 0)

    def forward(self, x):
        z = self.encoder(x)
        return self.decoder(z), z

    @property
    def n_params(self):
        return sum(p.numel() for p in self.parameters())

ae = AutoEncoder()
print(ae, ae.n_params)
data = torch.rand(40, 8)
train_set, val_set = random_split(TensorDataset(data), [32, 8], generator=torch.Generator().manual_seed(0))
loader = DataLoader(train_set, batch_size=8, shuffle=True)
opt = optim.Adam(ae.parameters(), lr=1e-2, weight_decay=1e-5)
sched = ReduceLROnPlateau(opt, mode='min', factor=0.5, patience=1)
best, best_state, patience = float('inf'), None, 0
accum = 2
for epoch in range(6):
    ae.train()
    opt.zero_grad()
    for i, (xb,) in enumerate(loader):
        recon, z = ae(xb)
        loss = F.mse_loss(recon, xb) / accum
        loss.backward()
        if (i + 1) % accum == 0:
            opt.step()
            opt.zero_grad()
    ae.eval()
    with torch.no_grad():
        val = torch.stack([F.mse_loss(ae(x.unsqueeze(0))[0], x.unsqueeze(0)) for (x,) in val_set]).mean().item()
    sched.step(val)
    if val < best:
        best, best_state, patience = val, copy.deepcopy(ae.state_dict()), 0
    else:
        patience += 1
    print(f"{epoch}: val={val:.4f} best={best:.4f} lr={opt.param_groups[0]['lr']:.1e}")
    if patience > 3:
        break
ae.load_state_dict(best_state)
print({k: tuple(v.shape) for k, v in best_state.items()})

# GAN step
G = nn.Sequential(nn.Linear(2, 8), nn.LeakyReLU(0.2), nn.Linear(8, 1))
D = nn.Sequential(nn.Linear(1, 8), nn.LeakyReLU(0.2), nn.Linear(8, 1))
gopt, dopt = optim.Adam(G.parameters(), lr=2e-3, betas=(0.5, 0.999)), optim.Adam(D.parameters(), lr=2e-3, betas=(0.5, 0.999))
bce = nn.BCEWithLogitsLoss()
for step in range(3):
    real = torch.randn(16, 1) * 0.5 + 2
    noise = torch.randn(16, 2)
    fake = G(noise)
    dloss = bce(D(real), torch.ones(16, 1)) + bce(D(fake.detach()), torch.zeros(16, 1))
    dopt.zero_grad(); dloss.backward(); dopt.step()
    for p in D.parameters():
        p.data.clamp_(-0.3, 0.3)
    gloss = bce(D(fake), torch.ones(16, 1))
    gopt.zero_grad(); gloss.backward(); gopt.step()
    print(f"D {dloss.item():.4f} G {gloss.item():.4f}")

class FocalLoss(nn.Module):
    def __init__(self, gamma=2.0, reduction="mean"):
        super().__init__()
        self.gamma, self.reduction = gamma, reduction
    def forward(self, logits, target):
        ce = F.cross_entropy(logits, target, reduction="none")
        loss = (1 - torch.exp(-ce)) ** self.gamma * ce
        return loss.mean() if self.reduction == "mean" else loss.sum()
    def __repr__(self):
        return f"FocalLoss(gamma={self.gamma})"
crit = FocalLoss()
print(crit, crit(torch.randn(4, 3), torch.tensor([0, 1, 2, 0])))

class SelfAttention(nn.Module):
    def __init__(self, d, heads):
        super().__init__()
        assert d % heads == 0, "d must divide"
        self.h, self.dk = heads, d // heads
        self.qkv = nn.Linear(d, 3 * d, bias=False)
        self.out = nn.Linear(d, d)
        self.norm = nn.LayerNorm(d)
        self.register_buffer("mask", torch.tril(torch.ones(5, 5)).view(1, 1, 5, 5))
    def forward(self, x):
        B, T, C = x.shape
        q, k, v = self.qkv(self.norm(x)).chunk(3, dim=-1)
        q, k, v = [t.view(B, T, self.h, self.dk).transpose(1, 2) for t in (q, k, v)]
        att = (q @ k.transpose(-2, -1)) / math.sqrt(self.dk)
        att = att.masked_fill(self.mask[:, :, :T, :T] == 0, float("-inf"))
        y = (F.softmax(att, dim=-1) @ v).transpose(1, 2).contiguous().view(B, T, C)
        return x + self.out(y)
class GPT(nn.Module):
    def __init__(self, vocab, d=8, layers=2):
        super().__init__()
        self.tok, self.pos = nn.Embedding(vocab, d), nn.Embedding(5, d)
        self.blocks = nn.ModuleList([SelfAttention(d, 2) for _ in range(layers)])
        self.head = nn.Linear(d, vocab, bias=False)
        self.head.weight = self.tok.weight
    def forward(self, idx, targets=None):
        x = self.tok(idx) + self.pos(torch.arange(idx.size(1)))
        for b in self.blocks:
            x = b(x)
        logits = self.head(x)
        loss = None if targets is None else F.cross_entropy(logits.reshape(-1, logits.size(-1)), targets.reshape(-1))
        return logits, loss
    @torch.no_grad()
    def generate(self, idx, n):
        for _ in range(n):
            logits, _ = self(idx[:, -5:])
            nxt = torch.multinomial(F.softmax(logits[:, -1], dim=-1), 1)
            idx = torch.cat((idx, nxt), dim=1)
        return idx
gpt = GPT(11)
print(sum(p.numel() for p in gpt.parameters()), len(list(gpt.named_parameters())))
opt = optim.AdamW(gpt.parameters(), lr=1e-2)
xs = torch.randint(0, 11, (4, 6))
for it in range(5):
    logits, loss = gpt(xs[:, :-1], xs[:, 1:])
    opt.zero_grad(set_to_none=True)
    loss.backward()
    total = torch.nn.utils.clip_grad_norm_(gpt.parameters(), 1.0)
    opt.step()
    print(f"{loss.item():.4f} {total:.3f}")
print(gpt.generate(torch.zeros((1, 1), dtype=torch.long), 6))
print(gpt.blocks[0])
m2 = copy.deepcopy(gpt)
print(m2.head.weight is m2.tok.weight)
ema = {k: v.clone() for k, v in gpt.state_dict().items()}
print(sorted(ema)[:3])
net = nn.Linear(2, 2)
net.weight.data = torch.eye(2)
net.bias.data.zero_()
print(net(torch.tensor([[1., 2.]])), net.weight.requires_grad)
net.weight.requires_grad_(False)
print([n for n, p in net.named_parameters() if p.requires_grad])
print(nn.Sequential(*[nn.Linear(2, 2) for _ in range(2)]).state_dict().keys())
try:
    net(torch.ones(3))
except RuntimeError as e:
    print("RuntimeError:", e)
try:
    nn.CrossEntropyLoss()(torch.randn(2, 3), torch.tensor([0, 5]))
except IndexError as e:
    print(e)
for p in net.parameters():
    p.grad = None
print(opt.state_dict()["state"][0]["step"], len(opt.state_dict()["param_groups"][0]["params"]))
