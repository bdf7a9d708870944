import torch
nn=torch.nn; optim=torch.optim; S=optim.lr_scheduler
N = {"SGD": optim.SGD, "Adam": optim.Adam, "AdamW": optim.AdamW, "RMSprop": optim.RMSprop, "Adagrad": optim.Adagrad, "Adadelta": optim.Adadelta, "Adamax": optim.Adamax, "NAdam": optim.NAdam, "RAdam": optim.RAdam, "ASGD": optim.ASGD, "Rprop": optim.Rprop}
def mk():
    torch.manual_seed(1)
    return nn.Sequential(nn.Linear(3,4),nn.Tanh(),nn.Linear(4,1))
torch.manual_seed(0); X=torch.randn(16,3); Y=torch.randn(16,1)
cfg=[("SGD",dict(lr=.1)),("SGD",dict(lr=.1,momentum=.9)),("SGD",dict(lr=.1,momentum=.9,nesterov=True,weight_decay=.01)),("SGD",dict(lr=.01,momentum=.5,dampening=.2,maximize=True)),
("Adam",dict(lr=.05)),("Adam",dict(lr=.05,weight_decay=.1,amsgrad=True)),("AdamW",dict(lr=.05)),("RMSprop",dict(lr=.01)),("RMSprop",dict(lr=.01,momentum=.9,centered=True,weight_decay=.1)),("Adagrad",dict(lr=.1,lr_decay=.1)),
("Adadelta",dict()),("Adamax",dict()),("NAdam",dict(lr=.05)),("RAdam",dict(lr=.05)),("ASGD",dict(lr=.05)),("Rprop",dict(lr=.05))]
for n,kw in cfg:
    m=mk(); o=N[n](m.parameters(),**kw); print(o)
    for k in range(20):
        o.zero_grad(); l=((m(X)-Y)**2).mean(); l.backward(); o.step()
        if k%4==0: print(f"{l.item():.4f}", end=' ')
    print(); print(o.state_dict()['state'].keys(), o.state_dict()['param_groups']); 
    sd=o.state_dict()['state']
    if sd: print({k:v for k,v in sd[3].items()})
    o2=N[n](m.parameters(),**kw); o2.load_state_dict(o.state_dict()); o2.step(); print(m[0].weight)
for mkS in [lambda o:S.StepLR(o,3), lambda o:S.MultiStepLR(o,[2,5],gamma=.5), lambda o:S.ExponentialLR(o,.9), lambda o:S.CosineAnnealingLR(o,5,eta_min=.01), lambda o:S.LambdaLR(o,lambda e:.95**e), lambda o:S.MultiplicativeLR(o,lambda e:.9), lambda o:S.LinearLR(o,total_iters=4), lambda o:S.ConstantLR(o,total_iters=3), lambda o:S.PolynomialLR(o,6,2.0), lambda o:S.CosineAnnealingWarmRestarts(o,3,2), lambda o:S.OneCycleLR(o,max_lr=.5,total_steps=12), lambda o:S.CyclicLR(o,.01,.1,step_size_up=3), lambda o:S.SequentialLR(o,[S.ConstantLR(o,.1,2),S.ExponentialLR(o,.9)],milestones=[3]), lambda o:S.ChainedScheduler([S.ConstantLR(o,.1,2),S.ExponentialLR(o,.9)])]:
    m=mk(); o=optim.SGD([{'params':m[0].parameters()},{'params':m[2].parameters(),'lr':.02}],lr=.1,momentum=.9); s=mkS(o); out=[]
    for k in range(11):
        out.append((s.get_last_lr(), o.param_groups[0]['momentum'])); o.step(); s.step()
    print(type(s).__name__, out)
    try: print(sorted((k,str(v)) for k,v in s.state_dict().items() if 'ambd' not in k and not k.startswith('_')))
    except Exception as e: print(e)
o=optim.SGD(mk().parameters(),lr=1.); s=S.ReduceLROnPlateau(o,patience=1,factor=.5)
for v in [1,.9,.95,.95,.95,.9,.8,.9,.9,.9]: s.step(v); print(o.param_groups[0]['lr'], s.num_bad_epochs, s.get_last_lr(), end=';')
print(o)
def tr(f):
    try: print(f())
    except Exception as e: print(type(e).__name__, e)
tr(lambda: optim.SGD([],lr=.1)); tr(lambda: optim.SGD(torch.ones(2),lr=.1)); tr(lambda: optim.SGD([torch.ones(2,requires_grad=True)*2],lr=.1)); tr(lambda: optim.SGD([1],lr=.1))
tr(lambda: optim.SGD(mk().parameters(),lr=-1)); tr(lambda: optim.Adam(mk().parameters(),betas=(1.,.9))); tr(lambda: optim.SGD(mk().parameters(),lr=.1,nesterov=True)); tr(lambda: optim.SGD(mk().parameters(),lrr=.1))
w=torch.tensor([3.],requires_grad=True); o=optim.SGD([w],lr=.1)
def c():
    o.zero_grad(); l=(w**2).sum(); l.backward(); return l
print(o.step(c), w); print(o.param_groups)
tr(lambda: o.load_state_dict(optim.SGD(mk().parameters(),lr=.1).state_dict()))
tr(lambda: S.StepLR(3,3))
s=S.StepLR(o,2); 
