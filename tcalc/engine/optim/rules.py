"""The optimizers: how a gradient changes a parameter. Each rule is the formula of PyTorch's page, in its order of operations."""

from __future__ import annotations

from ..apply import TENSORS as T
from ..tensors import Tensor
from .optimizer import Optimizer, check

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def _number(value: Any) -> Any:
    """A learning rate as a number; PyTorch also takes a tensor of one element."""
    return value.item() if isinstance(value, Tensor) else value


def _counted(state: dict[str, Any]) -> float:
    """The number of this step, counted in the state."""
    step = state["step"]
    if type(step._data) is float:
        step._data += 1.0
    else:
        step += 1
    return step.item()  # type: ignore[no-any-return]


def _check_adaptive(lr: Any, eps: float, betas: Any, weight_decay: float) -> None:
    """What Adam and its relatives ask of their common options, in PyTorch's order."""
    check(not lr < 0.0, "learning rate", lr)
    check(not eps < 0.0, "epsilon value", eps)
    for k in range(2):
        check(0.0 <= betas[k] < 1.0, f"beta parameter at index {k}", betas[k])
    check(not weight_decay < 0.0, "weight_decay value", weight_decay)


class SGD(Optimizer):
    """p -= lr * grad; with momentum p -= lr * buffer, buffer = momentum * buffer + (1 - dampening) * grad.

    weight_decay adds weight_decay * p to the gradient; nesterov looks ahead by one momentum step; maximize goes up.
    """

    def __init__(
        self,
        params: Any,
        lr: Any = 1e-3,
        momentum: float = 0,
        dampening: float = 0,
        weight_decay: float = 0,
        nesterov: bool = False,
        *,
        maximize: bool = False,
        foreach: Any = None,
        differentiable: bool = False,
        fused: Any = None,
    ) -> None:
        check(not lr < 0.0, "learning rate", lr)
        check(not momentum < 0.0, "momentum value", momentum)
        check(not weight_decay < 0.0, "weight_decay value", weight_decay)
        if nesterov and (momentum <= 0 or dampening != 0):
            raise ValueError("Nesterov momentum requires a momentum and zero dampening")
        super().__init__(
            params,
            {
                "lr": lr,
                "momentum": momentum,
                "dampening": dampening,
                "weight_decay": weight_decay,
                "nesterov": nesterov,
                "maximize": maximize,
                "foreach": foreach,
                "differentiable": differentiable,
                "fused": fused,
            },
        )

    def plain(self, group: dict[str, Any]) -> bool:
        """Whether the rule runs on arrays."""
        return not group["differentiable"]

    def update(self, p: Any, grad: Any, group: dict[str, Any]) -> None:
        """One parameter's step."""
        momentum = group["momentum"]
        if group["weight_decay"] != 0:
            grad = grad.add(p, alpha=group["weight_decay"])
        if momentum != 0:
            state = self.state_of(p)
            buffer = state.get("momentum_buffer")
            if buffer is None:
                buffer = state["momentum_buffer"] = grad.detach().clone()
            else:
                buffer.mul_(momentum).add_(grad, alpha=1 - group["dampening"])
            grad = grad.add(buffer, alpha=momentum) if group["nesterov"] else buffer
        p.add_(grad, alpha=-_number(group["lr"]))


class Adam(Optimizer):
    """p -= lr * m / (sqrt(v) + eps), m and v the running means of grad and grad**2, corrected for their start at zero.

    Source: Kingma & Ba 2015; amsgrad: Reddi et al. 2018.
    """

    def __init__(
        self,
        params: Any,
        lr: Any = 1e-3,
        betas: Any = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0,
        amsgrad: bool = False,
        *,
        foreach: Any = None,
        maximize: bool = False,
        capturable: bool = False,
        differentiable: bool = False,
        fused: Any = None,
        decoupled_weight_decay: bool = False,
    ) -> None:
        _check_adaptive(lr, eps, betas, weight_decay)
        super().__init__(
            params,
            {
                "lr": lr,
                "betas": betas,
                "eps": eps,
                "weight_decay": weight_decay,
                "amsgrad": amsgrad,
                "maximize": maximize,
                "foreach": foreach,
                "capturable": capturable,
                "differentiable": differentiable,
                "fused": fused,
                "decoupled_weight_decay": decoupled_weight_decay,
            },
        )

    def plain(self, group: dict[str, Any]) -> bool:
        """Whether the rule runs on arrays."""
        return not group["amsgrad"] and not group["differentiable"]

    def update(self, p: Any, grad: Any, group: dict[str, Any]) -> None:
        """One parameter's step."""
        beta1, beta2 = group["betas"]
        lr, decay = _number(group["lr"]), group["weight_decay"]
        state = self.state_of(p, step=True, exp_avg=True, exp_avg_sq=True, max_exp_avg_sq=group["amsgrad"])
        step = _counted(state)
        if decay != 0:
            if group["decoupled_weight_decay"]:
                p.mul_(1 - lr * decay)
            else:
                grad = grad.add(p, alpha=decay)
        mean, square = state["exp_avg"], state["exp_avg_sq"]
        mean.lerp_(grad, 1 - beta1)
        square.mul_(beta2).addcmul_(grad, grad, value=1 - beta2)
        if group["amsgrad"]:
            square = state["max_exp_avg_sq"].copy_(T.maximum(state["max_exp_avg_sq"], square))
        size = lr / (1 - beta1**step)
        root = (square.sqrt() / (1 - beta2**step) ** 0.5).add_(group["eps"])
        p.addcdiv_(mean, root, value=-size)


class AdamW(Adam):
    """Adam whose weight decay works on the parameters themselves: p -= lr * weight_decay * p before each step.

    Source: Loshchilov & Hutter 2019.
    """

    def __init__(
        self,
        params: Any,
        lr: Any = 1e-3,
        betas: Any = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 1e-2,
        amsgrad: bool = False,
        *,
        maximize: bool = False,
        foreach: Any = None,
        capturable: bool = False,
        differentiable: bool = False,
        fused: Any = None,
    ) -> None:
        super().__init__(
            params,
            lr,
            betas,
            eps,
            weight_decay,
            amsgrad,
            foreach=foreach,
            maximize=maximize,
            capturable=capturable,
            differentiable=differentiable,
            fused=fused,
            decoupled_weight_decay=True,
        )


class RMSprop(Optimizer):
    """p -= lr * grad / (sqrt(v) + eps), v the running mean of grad**2 (centered: minus the square of the running mean of grad)."""

    def __init__(
        self,
        params: Any,
        lr: Any = 1e-2,
        alpha: float = 0.99,
        eps: float = 1e-8,
        weight_decay: float = 0,
        momentum: float = 0,
        centered: bool = False,
        capturable: bool = False,
        foreach: Any = None,
        maximize: bool = False,
        differentiable: bool = False,
    ) -> None:
        check(not lr < 0.0, "learning rate", lr)
        check(not eps < 0.0, "epsilon value", eps)
        check(not momentum < 0.0, "momentum value", momentum)
        check(not weight_decay < 0.0, "weight_decay value", weight_decay)
        check(not alpha < 0.0, "alpha value", alpha)
        super().__init__(
            params,
            {
                "lr": lr,
                "momentum": momentum,
                "alpha": alpha,
                "eps": eps,
                "centered": centered,
                "weight_decay": weight_decay,
                "capturable": capturable,
                "foreach": foreach,
                "maximize": maximize,
                "differentiable": differentiable,
            },
        )

    def plain(self, group: dict[str, Any]) -> bool:
        """Whether the rule runs on arrays."""
        return not group["differentiable"]

    def update(self, p: Any, grad: Any, group: dict[str, Any]) -> None:
        """One parameter's step."""
        alpha, lr = group["alpha"], _number(group["lr"])
        state = self.state_of(p, step=True, square_avg=True, momentum_buffer=group["momentum"] > 0, grad_avg=group["centered"])
        _counted(state)
        if group["weight_decay"] != 0:
            grad = grad.add(p, alpha=group["weight_decay"])
        square = state["square_avg"]
        square.mul_(alpha).addcmul_(grad, grad, value=1 - alpha)
        if group["centered"]:
            mean = state["grad_avg"]
            mean.lerp_(grad, 1 - alpha)
            root = square.addcmul(mean, mean, value=-1).sqrt_()
        else:
            root = square.sqrt()
        root.add_(group["eps"])
        if group["momentum"] > 0:
            buffer = state["momentum_buffer"]
            buffer.mul_(group["momentum"]).addcdiv_(grad, root)
            p.add_(buffer, alpha=-lr)
        else:
            p.addcdiv_(grad, root, value=-lr)


class Adagrad(Optimizer):
    """p -= lr * grad / (sqrt(sum of all grad**2) + eps)

    Source: Duchi et al. 2011.
    """

    def __init__(
        self,
        params: Any,
        lr: Any = 1e-2,
        lr_decay: float = 0,
        weight_decay: float = 0,
        initial_accumulator_value: float = 0,
        eps: float = 1e-10,
        foreach: Any = None,
        *,
        maximize: bool = False,
        differentiable: bool = False,
        fused: Any = None,
    ) -> None:
        check(not lr < 0.0, "learning rate", lr)
        check(not lr_decay < 0.0, "lr_decay value", lr_decay)
        check(not weight_decay < 0.0, "weight_decay value", weight_decay)
        check(not initial_accumulator_value < 0.0, "initial_accumulator_value value", initial_accumulator_value)
        check(not eps < 0.0, "epsilon value", eps)
        super().__init__(
            params,
            {
                "lr": lr,
                "lr_decay": lr_decay,
                "eps": eps,
                "weight_decay": weight_decay,
                "initial_accumulator_value": initial_accumulator_value,
                "foreach": foreach,
                "maximize": maximize,
                "differentiable": differentiable,
                "fused": fused,
            },
        )
        for group in self.param_groups:
            for p in group["params"]:
                self._begin(p, group)

    def _begin(self, p: Tensor, group: dict[str, Any]) -> dict[str, Any]:
        state: dict[str, Any] = self.state[p]
        if not state:
            state["step"] = T.tensor(0.0)
            state["sum"] = T.full_like(p.detach(), group["initial_accumulator_value"])
        return state

    def update(self, p: Any, grad: Any, group: dict[str, Any]) -> None:
        """One parameter's step."""
        state = self._begin(p, group)
        step = _counted(state)
        if group["weight_decay"] != 0:
            grad = grad.add(p, alpha=group["weight_decay"])
        lr = _number(group["lr"]) / (1 + (step - 1) * group["lr_decay"])
        total = state["sum"]
        total.addcmul_(grad, grad, value=1)
        p.addcdiv_(grad, total.sqrt().add_(group["eps"]), value=-lr)


class Adadelta(Optimizer):
    """Steps in the units of the parameter: the root mean square of past steps over that of past gradients, times the gradient.

    Source: Zeiler 2012.
    """

    def __init__(
        self,
        params: Any,
        lr: Any = 1.0,
        rho: float = 0.9,
        eps: float = 1e-6,
        weight_decay: float = 0,
        foreach: Any = None,
        *,
        capturable: bool = False,
        maximize: bool = False,
        differentiable: bool = False,
    ) -> None:
        check(not lr < 0.0, "learning rate", lr)
        check(0.0 <= rho <= 1.0, "rho value", rho)
        check(not eps < 0.0, "epsilon value", eps)
        check(not weight_decay < 0.0, "weight_decay value", weight_decay)
        super().__init__(
            params,
            {
                "lr": lr,
                "rho": rho,
                "eps": eps,
                "weight_decay": weight_decay,
                "maximize": maximize,
                "capturable": capturable,
                "foreach": foreach,
                "differentiable": differentiable,
            },
        )

    def update(self, p: Any, grad: Any, group: dict[str, Any]) -> None:
        """One parameter's step."""
        rho, eps = group["rho"], group["eps"]
        state = self.state_of(p, step=True, square_avg=True, acc_delta=True)
        state["step"] += 1
        if group["weight_decay"] != 0:
            grad = grad.add(p, alpha=group["weight_decay"])
        square, moved = state["square_avg"], state["acc_delta"]
        square.mul_(rho).addcmul_(grad, grad, value=1 - rho)
        delta = moved.add(eps).sqrt_().div_(square.add(eps).sqrt_()).mul_(grad)
        moved.mul_(rho).addcmul_(delta, delta, value=1 - rho)
        p.add_(delta, alpha=-_number(group["lr"]))


class Adamax(Optimizer):
    """Adam with the largest recent |grad| in the place of the running mean of squares.

    Source: Kingma & Ba 2015.
    """

    def __init__(
        self,
        params: Any,
        lr: Any = 2e-3,
        betas: Any = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0,
        foreach: Any = None,
        *,
        maximize: bool = False,
        differentiable: bool = False,
        capturable: bool = False,
    ) -> None:
        _check_adaptive(lr, eps, betas, weight_decay)
        super().__init__(
            params,
            {
                "lr": lr,
                "betas": betas,
                "eps": eps,
                "weight_decay": weight_decay,
                "foreach": foreach,
                "maximize": maximize,
                "differentiable": differentiable,
                "capturable": capturable,
            },
        )

    def update(self, p: Any, grad: Any, group: dict[str, Any]) -> None:
        """One parameter's step."""
        beta1, beta2 = group["betas"]
        state = self.state_of(p, step=True, exp_avg=True, exp_inf=True)
        step = _counted(state)
        if group["weight_decay"] != 0:
            grad = grad.add(p, alpha=group["weight_decay"])
        mean, largest = state["exp_avg"], state["exp_inf"]
        mean.lerp_(grad, 1 - beta1)
        largest.copy_(T.maximum(largest.mul_(beta2), grad.abs().add_(group["eps"])))
        p.addcdiv_(mean, largest, value=-(_number(group["lr"]) / (1 - beta1**step)))


class NAdam(Optimizer):
    """Adam with Nesterov's look-ahead.

    Source: Dozat 2016.
    """

    def __init__(
        self,
        params: Any,
        lr: Any = 2e-3,
        betas: Any = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0,
        momentum_decay: float = 4e-3,
        decoupled_weight_decay: bool = False,
        *,
        foreach: Any = None,
        maximize: bool = False,
        capturable: bool = False,
        differentiable: bool = False,
    ) -> None:
        _check_adaptive(lr, eps, betas, weight_decay)
        check(not momentum_decay < 0.0, "momentum_decay value", momentum_decay)
        super().__init__(
            params,
            {
                "lr": lr,
                "betas": betas,
                "eps": eps,
                "weight_decay": weight_decay,
                "momentum_decay": momentum_decay,
                "decoupled_weight_decay": decoupled_weight_decay,
                "maximize": maximize,
                "foreach": foreach,
                "capturable": capturable,
                "differentiable": differentiable,
            },
        )

    def update(self, p: Any, grad: Any, group: dict[str, Any]) -> None:
        """One parameter's step."""
        beta1, beta2 = group["betas"]
        lr, decay = _number(group["lr"]), group["weight_decay"]
        state = self.state[p]
        if not state:
            state.update(step=T.tensor(0.0), mu_product=T.tensor(1.0), exp_avg=T.zeros_like(p.detach()), exp_avg_sq=T.zeros_like(p.detach()))
        step = _counted(state)
        if decay != 0:
            if group["decoupled_weight_decay"]:
                p.mul_(1 - lr * decay)
            else:
                grad = grad.add(p, alpha=decay)
        mu = beta1 * (1.0 - 0.5 * (0.96 ** (step * group["momentum_decay"])))
        after = beta1 * (1.0 - 0.5 * (0.96 ** ((step + 1) * group["momentum_decay"])))
        state["mu_product"] *= mu
        product = state["mu_product"].item()
        mean, square = state["exp_avg"], state["exp_avg_sq"]
        mean.lerp_(grad, 1 - beta1)
        square.mul_(beta2).addcmul_(grad, grad, value=1 - beta2)
        root = square.div(1 - beta2**step).sqrt().add_(group["eps"])
        p.addcdiv_(grad, root, value=(-lr * (1.0 - mu) / (1.0 - product)))
        p.addcdiv_(mean, root, value=(-lr * after) / (1.0 - product * after))


class RAdam(Optimizer):
    """Adam whose step is corrected for the variance that few steps leave.

    Source: Liu et al. 2020.
    """

    def __init__(
        self,
        params: Any,
        lr: Any = 1e-3,
        betas: Any = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0,
        decoupled_weight_decay: bool = False,
        *,
        foreach: Any = None,
        maximize: bool = False,
        capturable: bool = False,
        differentiable: bool = False,
    ) -> None:
        _check_adaptive(lr, eps, betas, weight_decay)
        super().__init__(
            params,
            {
                "lr": lr,
                "betas": betas,
                "eps": eps,
                "weight_decay": weight_decay,
                "maximize": maximize,
                "foreach": foreach,
                "capturable": capturable,
                "decoupled_weight_decay": decoupled_weight_decay,
                "differentiable": differentiable,
            },
        )

    def update(self, p: Any, grad: Any, group: dict[str, Any]) -> None:
        """One parameter's step."""
        beta1, beta2 = group["betas"]
        lr, decay = _number(group["lr"]), group["weight_decay"]
        state = self.state_of(p, step=True, exp_avg=True, exp_avg_sq=True)
        step = _counted(state)
        if decay != 0:
            if group["decoupled_weight_decay"]:
                p.mul_(1 - lr * decay)
            else:
                grad = grad.add(p, alpha=decay)
        mean, square = state["exp_avg"], state["exp_avg_sq"]
        mean.lerp_(grad, 1 - beta1)
        square.mul_(beta2).addcmul_(grad, grad, value=1 - beta2)
        left2 = 1 - beta2**step
        corrected = mean / (1 - beta1**step)
        rho_inf = 2 / (1 - beta2) - 1
        rho = rho_inf - 2 * step * (beta2**step) / left2
        if rho > 5.0:
            rect = ((rho - 4) * (rho - 2) * rho_inf / ((rho_inf - 4) * (rho_inf - 2) * rho)) ** 0.5
            p.add_(corrected * lr * (left2**0.5 / square.sqrt().add_(group["eps"])) * rect, alpha=-1.0)
        else:
            p.add_(corrected * lr, alpha=-1.0)


class ASGD(Optimizer):
    """SGD with a falling step, and in ``ax`` of the state the mean of the parameters from step t0 on.

    Source: Polyak & Juditsky 1992.
    """

    def __init__(
        self,
        params: Any,
        lr: Any = 1e-2,
        lambd: float = 1e-4,
        alpha: float = 0.75,
        t0: float = 1e6,
        weight_decay: float = 0,
        foreach: Any = None,
        maximize: bool = False,
        differentiable: bool = False,
        capturable: bool = False,
    ) -> None:
        check(not lr < 0.0, "learning rate", lr)
        check(not weight_decay < 0.0, "weight_decay value", weight_decay)
        super().__init__(
            params,
            {
                "lr": lr,
                "lambd": lambd,
                "alpha": alpha,
                "t0": t0,
                "weight_decay": weight_decay,
                "foreach": foreach,
                "maximize": maximize,
                "differentiable": differentiable,
                "capturable": capturable,
            },
        )

    def update(self, p: Any, grad: Any, group: dict[str, Any]) -> None:
        """One parameter's step."""
        lr = _number(group["lr"])
        state = self.state[p]
        if not state:
            state.update(step=T.tensor(0.0), eta=T.tensor(lr), mu=T.tensor(1.0), ax=T.zeros_like(p.detach()))
        step = _counted(state)
        if group["weight_decay"] != 0:
            grad = grad.add(p, alpha=group["weight_decay"])
        eta = state["eta"].item()
        p.mul_(1 - group["lambd"] * eta)
        p.add_(grad, alpha=-eta)
        mu = state["mu"].item()
        if mu != 1:
            state["ax"].add_(p.sub(state["ax"]).mul_(mu))
        else:
            state["ax"].copy_(p)
        state["eta"] = T.tensor(lr / ((1 + group["lambd"] * lr * step) ** group["alpha"]))
        state["mu"] = T.tensor(1 / max(1, step - group["t0"]))


class Rprop(Optimizer):
    """Steps by the gradient's sign; each element's step grows while the sign stays and shrinks when it changes.

    Source: Riedmiller & Braun 1993.
    """

    def __init__(
        self,
        params: Any,
        lr: Any = 1e-2,
        etas: Any = (0.5, 1.2),
        step_sizes: Any = (1e-6, 50),
        *,
        capturable: bool = False,
        foreach: Any = None,
        maximize: bool = False,
        differentiable: bool = False,
    ) -> None:
        check(not lr < 0.0, "learning rate", lr)
        check(0.0 < etas[0] < 1.0 < etas[1], "eta values", f"{etas[0]}, {etas[1]}")
        super().__init__(
            params,
            {
                "lr": lr,
                "etas": etas,
                "step_sizes": step_sizes,
                "foreach": foreach,
                "maximize": maximize,
                "differentiable": differentiable,
                "capturable": capturable,
            },
        )

    def update(self, p: Any, grad: Any, group: dict[str, Any]) -> None:
        """One parameter's step."""
        down, up = group["etas"]
        low, high = group["step_sizes"]
        state = self.state[p]
        if not state:
            state.update(step=T.tensor(0.0), prev=T.zeros_like(p.detach()), step_size=T.full_like(grad, _number(group["lr"])))
        state["step"] += 1
        sign = grad.mul(state["prev"]).sign()
        factor = T.where(sign > 0, up, T.where(sign < 0, down, 1.0)).to(grad.dtype)
        state["step_size"].mul_(factor).clamp_(low, high)
        grad = T.where(sign < 0, T.zeros_like(grad), grad)
        p.addcmul_(grad.sign(), state["step_size"], value=-1)
        state["prev"].copy_(grad)
