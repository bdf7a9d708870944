"""Recurrent layers: RNN, LSTM, GRU over sequences, and their cells for one step.

Sources: Elman 1990; Hochreiter & Schmidhuber 1997; Cho et al. 2014.
"""

from __future__ import annotations

import math

from ..apply import TENSORS as T
from ..errors import fail
from ..graph import warn
from ..torchlike import F
from . import init
from .layers import empty
from .module import Module

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_GATES = {"RNN": 1, "LSTM": 4, "GRU": 3}


def _lstm_step(gates: Any, c: Any) -> tuple[Any, Any]:
    i, f, g, o = gates.chunk(4, -1)
    c = T.sigmoid(f) * c + T.sigmoid(i) * T.tanh(g)
    return T.sigmoid(o) * T.tanh(c), c


def _gru_step(from_input: Any, from_hidden: Any, h: Any) -> Any:
    r_x, z_x, n_x = from_input.chunk(3, -1)
    r_h, z_h, n_h = from_hidden.chunk(3, -1)
    z = T.sigmoid(z_x + z_h)
    n = T.tanh(n_x + T.sigmoid(r_x + r_h) * n_h)
    return (h - n) * z + n


class _Recurrent(Module):
    """Layers of a recurrent network over a sequence, in one direction or both."""

    kind = ""

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        proj_size: int = 0,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__()
        if not isinstance(dropout, (int, float)) or not 0 <= dropout <= 1 or isinstance(dropout, bool):
            raise ValueError("dropout should be a number in range [0, 1] representing the probability of an element being zeroed")
        if dropout > 0 and num_layers == 1:
            warn(
                "dropout option adds dropout after all but last recurrent layer, so non-zero dropout expects num_layers greater than 1, but got "
                f"dropout={dropout} and num_layers={num_layers}",
            )
        if not isinstance(hidden_size, int):
            raise TypeError(f"hidden_size should be of type int, got: {type(hidden_size).__name__}")
        if hidden_size <= 0:
            raise ValueError("hidden_size must be greater than zero")
        if num_layers <= 0:
            raise ValueError("num_layers must be greater than zero")
        if proj_size and self.kind != "LSTM":
            raise ValueError("proj_size argument is only supported for LSTM, not RNN or GRU")
        if proj_size >= hidden_size:
            raise ValueError("proj_size has to be smaller than hidden_size")
        self.mode = self.kind
        self.input_size, self.hidden_size, self.num_layers, self.bias, self.batch_first = input_size, hidden_size, num_layers, bias, batch_first
        self.dropout, self.bidirectional, self.proj_size = float(dropout), bidirectional, proj_size
        rows = _GATES[self.kind] * hidden_size
        out = proj_size or hidden_size
        for layer in range(num_layers):
            width = input_size if layer == 0 else out * (1 + bidirectional)
            for back in ("", "_reverse")[: 1 + bidirectional]:
                end = f"l{layer}{back}"
                shapes: list[tuple[str, tuple[int, ...]]] = [("weight_ih", (rows, width)), ("weight_hh", (rows, out))]
                if bias:
                    shapes += [("bias_ih", (rows,)), ("bias_hh", (rows,))]
                if proj_size:
                    shapes.append(("weight_hr", (proj_size, hidden_size)))
                for name, shape in shapes:
                    self.register_parameter(f"{name}_{end}", empty(*shape, device=device, dtype=dtype))
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw new weights, uniform in ±1/sqrt(hidden_size)."""
        bound = 1.0 / math.sqrt(self.hidden_size)
        for p in self.parameters():
            init.uniform_(p, -bound, bound)

    def flatten_parameters(self) -> None:
        """Nothing: it is for GPUs' memory."""

    @property
    def all_weights(self) -> list[list[Any]]:
        """The parameters, a list for each layer and direction."""
        names = ["weight_ih", "weight_hh"] + (["bias_ih", "bias_hh"] if self.bias else []) + (["weight_hr"] if self.proj_size else [])
        ends = [f"l{layer}{back}" for layer in range(self.num_layers) for back in ("", "_reverse")[: 1 + self.bidirectional]]
        return [[getattr(self, f"{name}_{end}") for name in names] for end in ends]

    def _checked(self, input: Any, hx: Any) -> None:
        if input.dim() not in (2, 3):
            raise ValueError(f"{self.kind}: Expected input to be 2D or 3D, got {input.dim()}D tensor instead")
        if input.size(-1) != self.input_size:
            fail(
                RuntimeError,
                f"input.size(-1) must be equal to input_size. Expected {self.input_size}, got {input.size(-1)}",
                kind="shape",
                op=self.kind,
                explain=["The last dimension of the input is what one step sees."],
            )
        if hx is None:
            return
        given: tuple[Any, ...] = hx if self.kind == "LSTM" else (hx,)
        for k, h in enumerate(given):
            if h.dim() != input.dim():
                what = "batched 3-D" if input.dim() == 3 else "unbatched 2-D"
                if self.kind == "LSTM":
                    raise RuntimeError(f"For {what} input, hx and cx should also be {input.dim()}-D but got ({given[0].dim()}-D, {given[1].dim()}-D) tensors")
                raise RuntimeError(f"For {what} input, hx should also be {input.dim()}-D but got {h.dim()}-D tensor")
            width = self.hidden_size if k else self.proj_size or self.hidden_size
            batch = (input.size(0 if self.batch_first else 1),) if input.dim() == 3 else ()
            wanted = (self.num_layers * (1 + self.bidirectional), *batch, width)
            if tuple(h.shape) != wanted:
                name = (
                    f"Expected hidden[{k}] size {wanted}, got {list(h.shape)}" if self.kind == "LSTM" else f"Expected hidden size {wanted}, got {list(h.shape)}"
                )
                fail(RuntimeError, name, kind="shape", op=self.kind, explain=["The state is (layers times directions, batch, hidden_size)."])

    def forward(self, input: Any, hx: Any = None) -> Any:
        """(output of the last layer at each step, state after the last step); hx is the state to begin with, zeros if not given.

        input: (steps, batch, input_size), with batch_first (batch, steps, input_size), or (steps, input_size) without a batch.
        """
        self._checked(input, hx)
        single = input.dim() == 2
        x = input.unsqueeze(1) if single else input.transpose(0, 1) if self.batch_first else input
        directions = 1 + self.bidirectional
        layers = self.num_layers * directions
        if hx is None:
            h0 = T.zeros((layers, x.size(1), self.proj_size or self.hidden_size), dtype=x.dtype, device=x.device)
            c0 = T.zeros((layers, x.size(1), self.hidden_size), dtype=x.dtype, device=x.device)
        else:
            h0, c0 = hx if self.kind == "LSTM" else (hx, None)
            if single:
                h0, c0 = h0.unsqueeze(1), None if c0 is None else c0.unsqueeze(1)
        last_h, last_c = [], []
        h_states, c_states = h0.unbind(0), None if c0 is None else c0.unbind(0)
        for layer in range(self.num_layers):
            outs = []
            for back in range(directions):
                k = layer * directions + back
                out, h, c = self._run(x, h_states[k], None if c_states is None else c_states[k], f"l{layer}" + "_reverse" * back, bool(back))
                outs.append(out)
                last_h.append(h)
                last_c.append(c)
            x = outs[0] if directions == 1 else T.cat(outs, -1)
            if self.dropout and self.training and layer < self.num_layers - 1:
                x = F.dropout(x, self.dropout, True)
        h_n = T.stack(last_h, 0)
        c_n = T.stack(last_c, 0) if self.kind == "LSTM" else None
        out = x.squeeze(1) if single else x.transpose(0, 1) if self.batch_first else x
        if single:
            h_n, c_n = h_n.squeeze(1), None if c_n is None else c_n.squeeze(1)
        return out, (h_n if c_n is None else (h_n, c_n))

    def _run(self, x: Any, h: Any, c: Any, end: str, back: bool) -> tuple[Any, Any, Any]:
        """One layer in one direction: (outputs, last h, last c)."""
        weight_hh = getattr(self, f"weight_hh_{end}")
        b_ih, b_hh = (getattr(self, f"bias_ih_{end}"), getattr(self, f"bias_hh_{end}")) if self.bias else (None, None)
        project = getattr(self, f"weight_hr_{end}") if self.proj_size else None
        from_input = F.linear(x, getattr(self, f"weight_ih_{end}"), b_ih).unbind(0)
        outs = []
        for step in reversed(from_input) if back else from_input:
            from_hidden = F.linear(h, weight_hh, b_hh)
            if self.kind == "LSTM":
                h, c = _lstm_step(step + from_hidden, c)
                if project is not None:
                    h = F.linear(h, project)
            elif self.kind == "GRU":
                h = _gru_step(step, from_hidden, h)
            else:
                h = T.relu(step + from_hidden) if self.nonlinearity == "relu" else T.tanh(step + from_hidden)
            outs.append(h)
        return T.stack(outs[::-1] if back else outs, 0), h, c

    def extra_repr(self) -> str:
        """The sizes, and the options that are not the default."""
        text = f"{self.input_size}, {self.hidden_size}"
        for name, default in (
            ("proj_size", 0), ("num_layers", 1), ("bias", True), ("batch_first", False), ("dropout", 0), ("bidirectional", False),
        ):  # fmt: skip
            value = getattr(self, name)
            if value != default:
                text += f", {name}={value}"
        return text


class RNN(_Recurrent):
    """h = tanh(x W_ih' + b_ih + h W_hh' + b_hh) at each step; nonlinearity='relu' in the place of tanh.

    >>> out, h = nn.RNN(3, 4)(zeros(5, 2, 3))
    >>> out.shape, h.shape
    (torch.Size([5, 2, 4]), torch.Size([1, 2, 4]))
    """

    kind = "RNN"

    def __init__(self, input_size: int, hidden_size: int, num_layers: int = 1, nonlinearity: str = "tanh", *args: Any, **kwargs: Any) -> None:
        if nonlinearity not in ("tanh", "relu"):
            raise ValueError(f"Unknown nonlinearity '{nonlinearity}'. Select from 'tanh' or 'relu'.")
        super().__init__(input_size, hidden_size, num_layers, *args, **kwargs)
        self.nonlinearity = nonlinearity
        self.mode = f"RNN_{nonlinearity.upper()}"


class LSTM(_Recurrent):
    """Long short-term memory: gates i, f, g, o; c = f c + i g; h = o tanh(c). The state is the pair (h, c).

    >>> out, (h, c) = nn.LSTM(3, 4)(zeros(5, 2, 3))
    >>> out.shape, c.shape
    (torch.Size([5, 2, 4]), torch.Size([1, 2, 4]))
    """

    kind = "LSTM"


class GRU(_Recurrent):
    """Gated recurrent unit: gates r, z; n = tanh(x part + r * (h part)); h = (1 - z) n + z h."""

    kind = "GRU"


class _Cell(Module):
    """One step of a recurrent layer."""

    gates = 1

    def __init__(self, input_size: int, hidden_size: int, bias: bool = True, device: Any = None, dtype: Any = None) -> None:
        super().__init__()
        self.input_size, self.hidden_size, self.bias = input_size, hidden_size, bias
        rows = self.gates * hidden_size
        self.weight_ih = empty(rows, input_size, device=device, dtype=dtype)
        self.weight_hh = empty(rows, hidden_size, device=device, dtype=dtype)
        self.register_parameter("bias_ih", empty(rows, device=device, dtype=dtype) if bias else None)
        self.register_parameter("bias_hh", empty(rows, device=device, dtype=dtype) if bias else None)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw new weights, uniform in ±1/sqrt(hidden_size)."""
        bound = 1.0 / math.sqrt(self.hidden_size) if self.hidden_size > 0 else 0
        for p in self.parameters():
            init.uniform_(p, -bound, bound)

    def _parts(self, input: Any, hx: Any) -> tuple[Any, Any, Any]:
        name = self._get_name()
        if input.dim() not in (1, 2):
            raise ValueError(f"{name}: Expected input to be 1D or 2D, got {input.dim()}D instead")
        if hx is None:
            hx = T.zeros((*input.shape[:-1], self.hidden_size), dtype=input.dtype, device=input.device)
        elif hx.dim() not in (1, 2):
            raise ValueError(f"{name}: Expected hidden to be 1D or 2D, got {hx.dim()}D instead")
        if input.dim() == 1:
            input = input.unsqueeze(0)
        if hx.dim() == 1:
            hx = hx.unsqueeze(0)
        return F.linear(input, self.weight_ih, self.bias_ih), F.linear(hx, self.weight_hh, self.bias_hh), hx

    def extra_repr(self) -> str:
        """The sizes."""
        return f"{self.input_size}, {self.hidden_size}" + ("" if self.bias else ", bias=False")


class RNNCell(_Cell):
    """h' = tanh(x W_ih' + b_ih + h W_hh' + b_hh)"""

    def __init__(self, input_size: int, hidden_size: int, bias: bool = True, nonlinearity: str = "tanh", device: Any = None, dtype: Any = None) -> None:
        super().__init__(input_size, hidden_size, bias, device, dtype)
        self.nonlinearity = nonlinearity

    def forward(self, input: Any, hx: Any = None) -> Any:
        """The next state."""
        if self.nonlinearity not in ("tanh", "relu"):
            raise RuntimeError(f"Unknown nonlinearity: {self.nonlinearity}")
        from_input, from_hidden, _ = self._parts(input, hx)
        out = T.relu(from_input + from_hidden) if self.nonlinearity == "relu" else T.tanh(from_input + from_hidden)
        return out.squeeze(0) if input.dim() == 1 else out

    def extra_repr(self) -> str:
        """The sizes, and the nonlinearity if it is not tanh."""
        return super().extra_repr() + (f", nonlinearity={self.nonlinearity}" if self.nonlinearity != "tanh" else "")


class LSTMCell(_Cell):
    """One step of an LSTM: (h', c') from x and (h, c)."""

    gates = 4

    def forward(self, input: Any, hx: Any = None) -> Any:
        """The next state."""
        h, c = (None, None) if hx is None else hx
        from_input, from_hidden, h = self._parts(input, h)
        c = T.zeros_like(h) if c is None else c.unsqueeze(0) if c.dim() == 1 else c
        h, c = _lstm_step(from_input + from_hidden, c)
        return (h.squeeze(0), c.squeeze(0)) if input.dim() == 1 else (h, c)


class GRUCell(_Cell):
    """One step of a GRU: h' from x and h."""

    gates = 3

    def forward(self, input: Any, hx: Any = None) -> Any:
        """The next state."""
        out = _gru_step(*self._parts(input, hx))
        return out.squeeze(0) if input.dim() == 1 else out
