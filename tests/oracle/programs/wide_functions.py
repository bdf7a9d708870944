# needs: hypot nan_to_num cdist cross cov lgamma digamma heaviside xlogy logaddexp copysign fmax float_power sinc deg2rad ldexp histc logcumsumexp vander combinations bucketize
import torch
x = torch.tensor([0.5, -1.5, 2.0])
print(torch.numel(x), torch.is_tensor(3), torch.square(x), torch.sign(x), torch.atan2(x, torch.ones(3)), torch.hypot(x, x), torch.nan_to_num(torch.tensor([float("nan"), float("inf")]), posinf=1.0))
print(torch.cumsum(x, 0), torch.diff(x), torch.dist(x, torch.zeros(3)), torch.cdist(torch.eye(2), torch.zeros(1, 2)), torch.cross(torch.eye(3)[0], torch.eye(3)[1], dim=0), torch.cov(torch.tensor([[1.0, 2.0, 3.0], [3.0, 2.0, 1.0]])))
print(torch.erf(x), torch.sinh(x), torch.cosh(x), torch.asin(torch.tensor(0.5)), torch.acos(torch.tensor(0.5)), torch.atan(x), torch.asinh(x), torch.atanh(torch.tensor(0.5)), torch.lgamma(torch.tensor(5.0)), torch.digamma(torch.tensor(1.0)))
print(torch.heaviside(x, torch.tensor([0.5])), torch.xlogy(torch.zeros(1), torch.zeros(1)), torch.logaddexp(x, x), torch.copysign(x, -x), torch.fmax(x, torch.tensor(float("nan"))), torch.float_power(torch.tensor([2]), 2), torch.addcmul(x, x, x, value=2), torch.addcdiv(x, x, x), torch.sinc(x), torch.deg2rad(torch.tensor(180.0)), torch.ldexp(x, torch.tensor(2)))
A = torch.tensor([[4.0, 1.0], [1.0, 3.0]])
print(torch.linalg.inv(A), torch.linalg.det(A), torch.linalg.solve(A, torch.tensor([1.0, 2.0])), torch.linalg.cholesky(A), torch.linalg.eigvalsh(A), torch.inverse(A), torch.linalg.matrix_power(A, 2), torch.linalg.svdvals(A))
print(torch.histc(torch.tensor([1.0, 2.0, 1.0]), bins=4, min=0, max=3), torch.cumprod(x, 0), torch.logcumsumexp(x, 0), torch.vander(torch.tensor([1, 2])), torch.triu(torch.ones(2, 2)), torch.combinations(torch.tensor([1, 2, 3])), torch.bucketize(torch.tensor([0.5]), torch.tensor([0.0, 1.0])))
