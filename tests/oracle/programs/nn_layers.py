import torch
import torch.nn as nn
N = {"ReLU": nn.ReLU, "Sigmoid": nn.Sigmoid, "Tanh": nn.Tanh, "LogSigmoid": nn.LogSigmoid, "Softsign": nn.Softsign, "Tanhshrink": nn.Tanhshrink, "SELU": nn.SELU, "SiLU": nn.SiLU, "Mish": nn.Mish, "Hardswish": nn.Hardswish, "Hardsigmoid": nn.Hardsigmoid, "Hardtanh": nn.Hardtanh, "ReLU6": nn.ReLU6, "LeakyReLU": nn.LeakyReLU, "ELU": nn.ELU, "CELU": nn.CELU, "PReLU": nn.PReLU, "GELU": nn.GELU, "Softplus": nn.Softplus, "Softshrink": nn.Softshrink, "Hardshrink": nn.Hardshrink, "GLU": nn.GLU, "RReLU": nn.RReLU, "Identity": nn.Identity, "Dropout": nn.Dropout, "Softmax2d": nn.Softmax2d, "Softmax": nn.Softmax, "LogSoftmax": nn.LogSoftmax, "Softmin": nn.Softmin, "MSELoss": nn.MSELoss, "L1Loss": nn.L1Loss, "SmoothL1Loss": nn.SmoothL1Loss, "HuberLoss": nn.HuberLoss, "BCEWithLogitsLoss": nn.BCEWithLogitsLoss, "KLDivLoss": nn.KLDivLoss, "PoissonNLLLoss": nn.PoissonNLLLoss, "SoftMarginLoss": nn.SoftMarginLoss, "HingeEmbeddingLoss": nn.HingeEmbeddingLoss, "MultiLabelSoftMarginLoss": nn.MultiLabelSoftMarginLoss, "CrossEntropyLoss": nn.CrossEntropyLoss}
torch.manual_seed(0)
for f in [lambda:nn.Linear(3,2),lambda:nn.Linear(3,2,bias=False),lambda:nn.Embedding(5,2,padding_idx=1),lambda:nn.Bilinear(2,3,2),lambda:nn.BatchNorm1d(3),lambda:nn.LayerNorm(4),lambda:nn.GroupNorm(2,4),lambda:nn.RMSNorm(3),
  lambda:nn.Sequential(nn.Linear(2,3),nn.ReLU(),nn.Linear(3,1)), lambda:nn.ModuleList([nn.Linear(2,2) for i in range(3)]+[nn.ReLU()]), lambda:nn.ModuleDict({'a':nn.Linear(1,1),'b':nn.ModuleList([nn.Tanh()])}), lambda:nn.ParameterList([torch.zeros(2,3)]), lambda:nn.PReLU(), lambda: nn.ParameterDict({'a':torch.ones(2)}), lambda: nn.InstanceNorm1d(2,affine=True,track_running_stats=True)]:
    m=f(); print(m); print(m.state_dict()); print([n for n,_ in m.named_parameters()], [n for n,_ in m.named_buffers()], [n for n,_ in m.named_modules()])
    for p in m.parameters(): print(p)
lin=nn.Linear(4,3); x=torch.randn(5,4); _=torch.relu(x)
y=lin(x); print(y)
y.sum().backward(); print(lin.weight.grad, lin.bias.grad)
lin.zero_grad(); print(lin.weight.grad)
for n in "ReLU Sigmoid Tanh LogSigmoid Softsign Tanhshrink SELU SiLU Mish Hardswish Hardsigmoid Hardtanh ReLU6 LeakyReLU ELU CELU PReLU GELU Softplus Softshrink Hardshrink GLU RReLU Identity Dropout Softmax2d".split():
    m=N[n]()
    print(m)
    if n in('RReLU','Softmax2d'): continue
    print(m(x[0])) 
for n in "Softmax LogSoftmax Softmin".split(): print(N[n](dim=1), N[n](dim=1)(x))
t=torch.rand(5,4)
for n in "MSELoss L1Loss SmoothL1Loss HuberLoss BCEWithLogitsLoss KLDivLoss PoissonNLLLoss SoftMarginLoss HingeEmbeddingLoss MultiLabelSoftMarginLoss CrossEntropyLoss".split():
    print(N[n](), N[n]()(x,t), N[n](reduction='sum')(x,t))
bn=nn.BatchNorm1d(4); print(bn(x)); print(bn.running_mean, bn.running_var, bn.num_batches_tracked); bn.eval(); print(bn(x))
w=nn.Parameter(torch.ones(2)); print(w, repr(w.data), w.requires_grad, isinstance(w, nn.Parameter), isinstance(w, torch.Tensor), w*2, w.grad_fn)
def tr(f):
    try: print(f())
    except Exception as e: print(type(e).__name__, e)
tr(lambda: lin.load_state_dict({'weight':torch.ones(3,4)}))
tr(lambda: lin.load_state_dict({'weight':torch.ones(3,3),'foo':torch.ones(1),'bias':torch.zeros(3)}))
tr(lambda: lin.load_state_dict({'weight':torch.ones(3,4)},strict=False))
tr(lambda: lin.load_state_dict(lin.state_dict()))
tr(lambda: lin.foo)
tr(lambda: nn.Module()(3))
tr(lambda: nn.Sequential(3))
tr(lambda: nn.Dropout(2))
tr(lambda: nn.Sequential(nn.ReLU())[4])
tr(lambda: lin.to(torch.int64))
tr(lambda: lin.get_submodule('a.b'))
class M(nn.Module):
    def __init__(self): self.a=nn.Linear(1,1)
tr(M)
class M(nn.Module):
    def __init__(self): self.a=nn.Parameter(torch.ones(1))
tr(M)
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1=nn.Linear(2,3); self.act=nn.ReLU(); self.fc2=nn.Linear(3,1); self.register_buffer('b',torch.ones(1))
    def forward(self,x): return self.fc2(self.act(self.fc1(x)))
net=Net(); print(net, sum(p.numel() for p in net.parameters()))
print(net(torch.ones(1,2)))
print(net.double().fc1.weight.dtype, net.b.dtype, net.half().b)
net.float()
h=net.act.register_forward_hook(lambda m,i,o: print('hook',m,i,o))
h2=net.fc2.register_full_backward_hook(lambda m,gi,go: print('bw',gi,go))
h3=net.fc1.register_forward_pre_hook(lambda m,i: (i[0]*2,))
out=net(torch.ones(1,2)); out.sum().backward(); h.remove(); h2.remove()
print(net.fc1.weight.grad)
import copy
c=copy.deepcopy(net); print(c.fc1.weight is net.fc1.weight, torch.equal(c.fc1.weight, net.fc1.weight), c)
print(net.fc1.weight.grad_fn, (net.fc1.weight*2).grad_fn.next_functions[0][0].variable is net.fc1.weight)
i=nn.init
for f in [i.xavier_uniform_, i.xavier_normal_, i.kaiming_normal_, i.kaiming_uniform_, i.orthogonal_, i.trunc_normal_, i.normal_, i.uniform_, i.eye_, i.zeros_, i.ones_]:
    w=torch.empty(3,5); print(f.__name__, f(w))
print(nn.utils.parameters_to_vector(net.parameters()), nn.utils.clip_grad_norm_(net.parameters(), 1.0), net.fc1.weight.grad)
