import torch
from torch.utils.data import DataLoader, Dataset, TensorDataset, random_split, ConcatDataset, IterableDataset, RandomSampler, SequentialSampler, WeightedRandomSampler, SubsetRandomSampler, BatchSampler
import numpy as np
torch.manual_seed(0)
X=torch.arange(10.).reshape(10,1); Y=torch.arange(10)
ds=TensorDataset(X,Y)
for kw in [dict(batch_size=4),dict(batch_size=4,shuffle=True),dict(batch_size=4,shuffle=True,drop_last=True),dict(batch_size=3,num_workers=2,shuffle=True),dict(),dict(batch_size=None),dict(sampler=WeightedRandomSampler([.1]*10,6),batch_size=2),
   dict(batch_sampler=BatchSampler(RandomSampler(ds),3,True)),dict(batch_size=5,generator=torch.Generator().manual_seed(5),shuffle=True), dict(sampler=SubsetRandomSampler([1,3,5])), dict(batch_size=2,sampler=RandomSampler(ds,replacement=True,num_samples=7))]:
    dl=DataLoader(ds,**kw); print(len(dl))
    for ep in range(2):
        for b in dl: print([t.tolist() for t in b], end=' ')
        print(torch.rand(1))
a,b=random_split(ds,[7,3]); print(len(a),len(b),a.indices,b[0]); print([len(x) for x in random_split(range(10),[.5,.25,.25])])
print(random_split(range(10),[3,7],generator=torch.Generator().manual_seed(42))[0].indices)
class D(Dataset):
    def __len__(self): return 5
    def __getitem__(self,i): return {'x':np.ones(2,dtype=np.float32)*i,'y':i,'z':float(i),'s':str(i),'t':(i,[i,i+1])}
for b in DataLoader(D(),batch_size=3): print(b)
c=ConcatDataset([ds,ds]); print(len(c), c[12], c[-1]); print(len(ds+ds))
class It(IterableDataset):
    def __iter__(self): return iter(range(7))
print(list(DataLoader(It(),batch_size=3)), list(DataLoader(It(),batch_size=3,drop_last=True)), list(DataLoader(It(),batch_size=2,num_workers=2)))
def tr(f):
    try: print(f())
    except Exception as e: print(type(e).__name__, e)
tr(lambda: DataLoader(ds,batch_size=0)); tr(lambda: DataLoader(ds,shuffle=True,sampler=SequentialSampler(ds))); tr(lambda: DataLoader(ds,num_workers=-1)); tr(lambda: TensorDataset(X,Y[:3]))
tr(lambda: random_split(ds,[1,2])); tr(lambda: DataLoader([],shuffle=True)); tr(lambda: Dataset()[0]); tr(lambda: list(DataLoader([torch.ones(2),torch.ones(3)],batch_size=2))); tr(lambda: list(DataLoader([(1,2),(1,)],batch_size=2)));
tr(lambda: len(DataLoader(It())))
class R(Dataset):
    def __len__(self): return 4
    def __getitem__(self,i): return torch.rand(1)
print(list(DataLoader(R(),batch_size=2)), list(DataLoader(R(),batch_size=2,num_workers=2)), torch.rand(1))
it=iter(DataLoader(ds,batch_size=4,shuffle=True)); print(torch.rand(2)); print(next(it))
print(list(DataLoader(list(range(6)),batch_size=2,collate_fn=lambda b: sum(b))))
print(list(zip(DataLoader(X,batch_size=5),DataLoader(Y,batch_size=5))))
w=torch.empty(4,5); nn=torch.nn
print(nn.init.trunc_normal_(w), nn.init.trunc_normal_(w,std=.02), nn.init.trunc_normal_(w,a=1.,b=2.), nn.init.sparse_(w,.5), torch.rand(1))
