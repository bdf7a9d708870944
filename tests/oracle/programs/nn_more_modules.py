import torch
import torch.nn as nn

torch.manual_seed(0)
m = nn.EmbeddingBag(10, 3, mode="sum", padding_idx=2)
print(m, m.weight.shape)
out = m(torch.tensor([1, 2, 4, 5, 4, 3]), torch.tensor([0, 3]))
out.sum().backward()
print(out, m.weight.grad)
print(nn.EmbeddingBag(10, 3, max_norm=1.0)(torch.tensor([[1, 2], [3, 4]])))
print(
    nn.EmbeddingBag.from_pretrained(torch.tensor([[1.0, 2.3, 3.0], [4.0, 5.1, 6.3]]))(
        torch.tensor([[1, 0]])
    )
)
x = torch.randn(1, 1, 7, 7)
u = torch.tensor([[[0.3, 0.7]]])
p = nn.FractionalMaxPool2d(2, output_size=3, _random_samples=u)
print(p, p(x))
print(
    nn.FractionalMaxPool2d(3, output_ratio=0.5)(torch.randn(2, 3, 9, 9)).shape,
    nn.FractionalMaxPool3d(2, output_size=(3, 2, 3))(torch.randn(1, 2, 7, 6, 7)).shape,
)
scores = torch.tensor([[0.1, 0.2, 0.4, 0.8]], requires_grad=True)
loss = nn.MultiLabelMarginLoss()(scores, torch.tensor([[3, 0, -1, 1]]))
loss.backward()
print(loss, scores.grad)
a, b, c = torch.randn(4, 5), torch.randn(4, 5), torch.randn(4, 5)
print(
    nn.TripletMarginWithDistanceLoss()(a, b, c),
    nn.TripletMarginWithDistanceLoss(
        distance_function=nn.PairwiseDistance(p=1.0), swap=True
    )(a, b, c),
)
print(
    nn.TripletMarginWithDistanceLoss(
        distance_function=lambda p, q: 1.0 - nn.functional.cosine_similarity(p, q),
        margin=0.5,
    )(a, b, c)
)
print(
    nn.TripletMarginWithDistanceLoss(distance_function=nn.PairwiseDistance()),
    nn.MultiLabelMarginLoss(),
)
b = torch.ones(2, requires_grad=True) + 2
print(
    torch.asarray(b, requires_grad=False),
    torch.asarray(b, requires_grad=True),
    torch.asarray(b),
)
try:
    nn.FractionalMaxPool2d(2)
except ValueError as e:
    print(e)
torch.manual_seed(1)
m = nn.MultiheadAttention(4, 2, add_bias_kv=True, add_zero_attn=True, batch_first=True)
x = torch.randn(2, 3, 4)
out, weights = m(
    x,
    x,
    x,
    key_padding_mask=torch.tensor([[False, False, True], [False, False, False]]),
)
print(list(m.state_dict()), out, weights.shape)
out.sum().backward()
print(
    m.bias_k.grad.abs().sum() > 0,
    m(x[0], x[0], x[0], need_weights=False)[0].shape,
    nn.MultiheadAttention(4, 2, kdim=3, vdim=5)(
        x, torch.randn(6, 3, 3), torch.randn(6, 3, 5)
    )[1],
)
for cell in (nn.RNNCell(3, 2), nn.RNNCell(3, 2, nonlinearity="relu"), nn.GRUCell(3, 2)):
    print(
        cell,
        cell(torch.ones(3)),
        cell(torch.ones(3), torch.ones(2)),
        cell(torch.ones(1, 3)),
    )
cell = nn.LSTMCell(3, 2)
print(cell(torch.ones(3)), cell(torch.ones(3), (torch.ones(2), torch.ones(2))))
