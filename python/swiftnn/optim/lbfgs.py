"""L-BFGS."""

from .. import _C
from ..autograd import enable_grad, no_grad
from .optimizer import Optimizer, check_rate

__all__ = ["LBFGS"]


class LBFGS(Optimizer):
    """L-BFGS: directions from the last changes of the gradient, all parameters at once. ``step`` needs a closure.

    Args:
        params: the parameters; there is one group only.
        lr: the length of a step along the direction, or the first that the line search tries.
        max_iter: how many iterations a step makes at most.
        max_eval: how many times a step calls the closure at most; 1.25 times ``max_iter`` unless given.
        tolerance_grad: a step ends where no element of the gradient is larger.
        tolerance_change: a step ends where neither the parameters nor the loss change by more.
        history_size: how many changes are remembered.
        line_search_fn: ``"strong_wolfe"``, or None for steps of length ``lr``.

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn, optim
        >>> p = nn.Parameter(swiftnn.tensor([3.0, -2.0]))
        >>> optimizer = optim.LBFGS([p], line_search_fn="strong_wolfe")
        >>> def closure():
        ...     optimizer.zero_grad()
        ...     loss = ((p - 1) ** 2).sum()
        ...     loss.backward()
        ...     return loss
        >>> _ = optimizer.step(closure)
        >>> bool((p - 1).abs().max() < 1e-4)
        True
    """

    def __init__(
        self,
        params,
        lr=1,
        max_iter=20,
        max_eval=None,
        tolerance_grad=1e-7,
        tolerance_change=1e-9,
        history_size=100,
        line_search_fn=None,
    ):
        check_rate(lr)
        if max_eval is None:
            max_eval = max_iter * 5 // 4
        defaults = {
            "lr": lr,
            "max_iter": max_iter,
            "max_eval": max_eval,
            "tolerance_grad": tolerance_grad,
            "tolerance_change": tolerance_change,
            "history_size": history_size,
            "line_search_fn": line_search_fn,
        }
        super().__init__(params, defaults)
        if len(self.param_groups) != 1:
            raise ValueError("LBFGS doesn't support per-parameter options (parameter groups)")

    @property
    def _params(self):
        return self.param_groups[0]["params"]

    def _flat_gradient(self):
        flatten = _C.functions["flatten"]
        parts = [_C.functions["zeros_like"](p) if p.grad is None else p.grad for p in self._params]
        return _C.functions["cat"]([flatten(part) for part in parts])

    def _move(self, length, direction):
        position = 0
        for p in self._params:
            count = p.numel()
            p.add_(direction[position : position + count].view(p.shape), alpha=float(length))
            position += count

    def _evaluate(self, closure, start, length, direction):
        """The loss and the gradient at a distance; the parameters stay."""
        self._move(length, direction)
        loss, gradient = float(closure()), self._flat_gradient()
        for p, value in zip(self._params, start):
            p.copy_(value)
        return loss, gradient

    @no_grad()
    def step(self, closure):
        """Makes up to ``max_iter`` iterations.

        Args:
            closure: forgets the gradients, computes the loss and its gradients, and returns the loss.

        Returns:
            The loss before the step.
        """
        if len(self.param_groups) != 1:
            raise AssertionError(f"Expected exactly one param_group, but got {len(self.param_groups)}")
        group = self.param_groups[0]
        lr = group["lr"].squeeze() if isinstance(group["lr"], _C.Tensor) else group["lr"]
        max_iter, max_eval, history_size = group["max_iter"], group["max_eval"], group["history_size"]
        search = group["line_search_fn"]
        if search not in (None, "strong_wolfe"):
            raise RuntimeError("only 'strong_wolfe' is supported")
        # There is one state for all parameters, kept at the first.
        state = self.state[self._params[0]]
        state.setdefault("func_evals", 0)
        state.setdefault("n_iter", 0)

        def evaluate():
            with enable_grad():
                return closure()

        first_loss = evaluate()
        loss = float(first_loss)
        evaluations = 1
        state["func_evals"] += 1
        gradient = self._flat_gradient()
        if not gradient.numel() or gradient.abs().max() <= group["tolerance_grad"]:
            return first_loss
        direction, length = state.get("d"), state.get("t")
        changes, moves, weights = state.get("old_dirs"), state.get("old_stps"), state.get("ro")
        scale, gradient_before, loss_before = state.get("H_diag"), state.get("prev_flat_grad"), state.get("prev_loss")
        for iteration in range(1, max_iter + 1):
            state["n_iter"] += 1
            if state["n_iter"] == 1:
                direction, scale = gradient.neg(), 1
                changes, moves, weights = [], [], []
            else:
                change, move = gradient - gradient_before, direction * length
                curvature = change.dot(move)
                if curvature > 1e-10:
                    if len(changes) == history_size:
                        del changes[:1], moves[:1], weights[:1]
                    changes.append(change)
                    moves.append(move)
                    weights.append(1.0 / curvature)
                    scale = curvature / change.dot(change)
                # The inverse Hessian times the gradient, by the two loops over what is remembered.
                factors = state.setdefault("al", [None] * history_size)
                direction = gradient.neg()
                for i in reversed(range(len(changes))):
                    factors[i] = moves[i].dot(direction) * weights[i]
                    direction.add_(changes[i], alpha=-float(factors[i]))
                direction = direction * scale
                for i in range(len(changes)):
                    back = changes[i].dot(direction) * weights[i]
                    direction.add_(moves[i], alpha=float(factors[i] - back))
            gradient_before, loss_before = gradient.clone(), loss
            length = min(1.0, 1.0 / gradient.abs().sum()) * lr if state["n_iter"] == 1 else lr
            slope = gradient.dot(direction)
            if slope > -group["tolerance_change"]:
                break
            used = 0
            is_flat = False
            if search is not None:
                start = [p.clone() for p in self._params]
                loss, gradient, length, used = _strong_wolfe(
                    lambda t, d=direction, x=start: self._evaluate(evaluate, x, t, d),
                    length,
                    direction,
                    loss,
                    gradient,
                    slope,
                    max_eval - evaluations,
                )
                self._move(length, direction)
                is_flat = gradient.abs().max() <= group["tolerance_grad"]
            else:
                self._move(length, direction)
                if iteration != max_iter:
                    # After the last iteration nobody asks.
                    loss, gradient = float(evaluate()), self._flat_gradient()
                    is_flat = gradient.abs().max() <= group["tolerance_grad"]
                    used = 1
            evaluations += used
            state["func_evals"] += used
            if evaluations >= max_eval or is_flat:
                break
            if (direction * length).abs().max() <= group["tolerance_change"]:
                break
            if abs(loss - loss_before) < group["tolerance_change"]:
                break
        state["d"], state["t"] = direction, length
        state["old_dirs"], state["old_stps"], state["ro"] = changes, moves, weights
        state["H_diag"], state["prev_flat_grad"], state["prev_loss"] = scale, gradient_before, loss_before
        return first_loss


def _cubic_minimum(x1, f1, g1, x2, f2, g2, bounds=None):
    """Where the cubic through two points with their slopes is least, within the bounds."""
    low, high = bounds if bounds is not None else (min(x1, x2), max(x1, x2))
    d1 = g1 + g2 - 3 * (f1 - f2) / (x1 - x2)
    square = d1**2 - g1 * g2
    if not square >= 0:
        return (low + high) / 2.0
    root = square.sqrt()
    if x1 <= x2:
        x = x2 - (x2 - x1) * ((g2 + root - d1) / (g2 - g1 + 2 * root))
    else:
        x = x1 - (x1 - x2) * ((g1 + root - d1) / (g1 - g2 + 2 * root))
    return min(max(x, low), high)


class _Point:
    """A place along the direction: its distance, the loss, the gradient and the slope."""

    __slots__ = ("f", "g", "slope", "t")

    def __init__(self, t, f, g, slope):
        self.t, self.f, self.g, self.slope = t, f, g, slope


def _strong_wolfe(evaluate, t, direction, f, g, slope, max_evaluations, c1=1e-4, c2=0.9, tolerance=1e-9):
    """A distance at which the loss has fallen enough and the slope as well (Nocedal & Wright, algorithms 3.5 and 3.6).

    Returns:
        The loss and gradient there, the distance, and how many times ``evaluate(distance)`` was called.
    """
    norm = direction.abs().max()

    def look(t):
        loss, gradient = evaluate(t)
        return _Point(t, loss, gradient, gradient.dot(direction))

    start = before = _Point(0, f, g.clone(), slope)
    here = look(t)
    evaluations, rounds, done = 1, 0, False
    bracket = None
    while rounds < max_evaluations:
        if here.f > f + c1 * here.t * slope or (rounds > 1 and here.f >= before.f):
            bracket = [before, here]
            break
        if abs(here.slope) <= -c2 * slope:
            bracket, done = [here], True
            break
        if here.slope >= 0:
            bracket = [before, here]
            break
        bounds = here.t + 0.01 * (here.t - before.t), here.t * 10
        t = _cubic_minimum(before.t, before.f, before.slope, here.t, here.f, here.slope, bounds)
        before, here = here, look(t)
        evaluations += 1
        rounds += 1
    if bracket is None:
        bracket = [start, here]
    # The bracket holds a distance as wanted: it is made smaller until that is found.
    stuck = False
    low, high = (0, 1) if bracket[0].f <= bracket[-1].f else (1, 0)
    while not done and rounds < max_evaluations:
        a, b = bracket
        if abs(b.t - a.t) * norm < tolerance:
            break
        t = _cubic_minimum(a.t, a.f, a.slope, b.t, b.f, b.slope)
        least, most = min(a.t, b.t), max(a.t, b.t)
        margin = 0.1 * (most - least)
        if min(most - t, t - least) < margin:
            # Close to an end: the second time, or beyond it, a place inside is taken.
            if stuck or t >= most or t <= least:
                t = most - margin if abs(t - most) < abs(t - least) else least + margin
                stuck = False
            else:
                stuck = True
        else:
            stuck = False
        here = look(t)
        evaluations += 1
        rounds += 1
        if here.f > f + c1 * here.t * slope or here.f >= bracket[low].f:
            bracket[high] = here
            low, high = (0, 1) if bracket[0].f <= bracket[1].f else (1, 0)
        else:
            if abs(here.slope) <= -c2 * slope:
                done = True
            elif here.slope * (bracket[high].t - bracket[low].t) >= 0:
                bracket[high] = bracket[low]
            bracket[low] = here
    best = bracket[low]
    return best.f, best.g, best.t, evaluations
