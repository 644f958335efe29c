"""Programs over nn.utils and func that run in PyTorch and here alike; see module_programs.py."""

import copy
import pickle
import warnings

from module_programs import attempt, numbers

PROGRAMS = []


def program(function):
    PROGRAMS.append(function)
    return function


# ------------------------------------------------------------------------------------------ parametrisations


@program
def weight_norm(lib, nn):
    found, x = [], lib.ones(2, 4)
    for dim in (0, 1, -1, None):
        net = nn.utils.parametrizations.weight_norm(nn.Linear(4, 3), dim=dim)
        first = net(x)
        (first**2).sum().backward()
        parts = net.parametrizations.weight
        with lib.no_grad():
            parts.original0.mul_(2)
        found.append(numbers([first, parts.original0.grad, parts.original1.grad, net(x), parts.original0]))
    found += [list(net.state_dict()), repr(net)]
    older = {"weight_g": lib.ones(3, 1), "weight_v": lib.ones(3, 4), "bias": lib.zeros(3)}
    net = nn.utils.parametrizations.weight_norm(nn.Linear(4, 3))
    return found + [attempt(lambda: list(net.load_state_dict(older))), numbers(net(x))]


@program
def spectral_norm(lib, nn):
    class Plain(nn.Module):
        def forward(self, x):
            return x * 2

    x, found = lib.ones(2, 4), []
    # Each call is one step of the power method, wherever the layer stands, and printing is none.
    for others in ((), (nn.ReLU(),), (nn.ReLU(), Plain())):
        net = nn.Sequential(nn.utils.parametrizations.spectral_norm(nn.Linear(4, 3), n_power_iterations=2), *others)
        repr(net)
        first, second = net(x), net(x)
        net.eval()
        third = net(x)
        third.sum().backward()
        parts = net[0].parametrizations.weight
        found.append(numbers([first, second, third, parts[0]._u, parts[0]._v, parts.original.grad]))
    vector = nn.utils.parametrizations.spectral_norm(nn.Linear(4, 3), "bias")
    return found + [
        numbers(vector.bias), list(net.state_dict()),
        attempt(lambda: nn.utils.parametrizations.spectral_norm(nn.Linear(2, 2), "nothing")),
        attempt(lambda: nn.utils.parametrizations.spectral_norm(nn.Linear(2, 2), n_power_iterations=0)),
        attempt(lambda: nn.utils.parametrizations.spectral_norm(nn.Linear(2, 2), dim=2)),
    ]


@program
def orthogonal(lib, nn):
    found = []
    for chosen in (None, "matrix_exp", "cayley", "householder"):
        for start in (True, False):
            for rows, columns in ((4, 4), (3, 4), (4, 3)):
                net = nn.utils.parametrizations.orthogonal(
                    nn.Linear(columns, rows), orthogonal_map=chosen, use_trivialization=start
                )
                weight = net.weight
                tall = weight if rows >= columns else weight.mT
                assert float((tall.mT @ tall - lib.eye(min(rows, columns))).detach().abs().max()) < 1e-5
                (weight**3).sum().backward()
                # With trivialisation, a start that is not square is completed by what the decomposition chooses.
                if not start or rows == columns:
                    found.append(numbers([weight, net.parametrizations.weight.original.grad]))

                def assign():
                    net.weight = lib.eye(rows, columns)

                found.append(attempt(assign))
                if rows == columns:
                    found.append(numbers(net.weight))
    return found + [
        attempt(lambda: nn.utils.parametrizations.orthogonal(nn.Linear(2, 2), "bias")),
        attempt(lambda: nn.utils.parametrizations.orthogonal(nn.Linear(2, 2), orthogonal_map="x")),
    ]


def pieces(lib, nn):
    class Symmetric(nn.Module):
        def forward(self, x):
            return x.triu() + x.triu(1).mT

        def right_inverse(self, a):
            return a.triu()

    class Doubled(nn.Module):
        def forward(self, x):
            return x * 2

    class Rank(nn.Module):
        def forward(self, a, b):
            return a @ b

        def right_inverse(self, w):
            return w[:, :1], w[:1]

    class Cut(nn.Module):
        def forward(self, x):
            return x[:1]

    class Wrong(nn.Module):
        def forward(self, x):
            return 3

    return Symmetric, Doubled, Rank, Cut, Wrong


@program
def register_parametrization(lib, nn):
    tools = nn.utils.parametrize
    Symmetric, Doubled, Rank, Cut, Wrong = pieces(lib, nn)
    net = nn.Linear(3, 3)
    weight = net.weight
    tools.register_parametrization(net, "weight", Symmetric())
    found = [type(net).__name__, list(net.state_dict()), net.parametrizations.weight.original is weight]
    net.weight = lib.eye(3) * 2
    found += [numbers(net.weight), tools.is_parametrized(net), tools.is_parametrized(net, "bias")]
    tools.register_parametrization(net, "weight", Doubled())
    found += [numbers(net.weight), len(net.parametrizations.weight), attempt(lambda: setattr(net, "weight", lib.eye(3)))]
    x = lib.ones(1, 3)
    net(x).sum().backward()
    found += [numbers(weight.grad), tools.type_before_parametrizations(net).__name__]
    with tools.cached():
        found.append(net.weight is net.weight)
    found.append(net.weight is net.weight)
    twin = copy.deepcopy(net)
    found += [type(twin).__name__, numbers(twin.weight), twin.parametrizations.weight.original is not weight]
    tools.remove_parametrizations(twin, "weight")
    found += [type(twin).__name__, list(twin.state_dict()), numbers(twin.weight), type(net).__name__]
    net = nn.Linear(3, 3)
    weight = net.weight
    tools.register_parametrization(net, "weight", Symmetric())
    tools.remove_parametrizations(net, "weight", leave_parametrized=False)
    found += [type(net).__name__, net.weight is weight, numbers(net.weight)]
    several = nn.Linear(3, 3)
    tools.register_parametrization(several, "weight", Rank())
    found += [list(several.state_dict()), several.parametrizations.weight.original0.requires_grad]
    found.append(attempt(lambda: tools.remove_parametrizations(several, "weight", leave_parametrized=False)))
    several.weight = lib.ones(3, 3)
    found.append(numbers(several.weight))
    tools.remove_parametrizations(several, "weight")
    buffered = nn.Module()
    buffered.register_buffer("b", lib.ones(2))
    tools.register_parametrization(buffered, "b", Doubled())
    found += [numbers(buffered.b), list(buffered.state_dict())]
    unsafe = nn.Linear(3, 3)
    tools.register_parametrization(unsafe, "weight", Cut(), unsafe=True)
    found.append(list(unsafe.weight.shape))
    return found + [
        attempt(lambda: tools.register_parametrization(nn.Linear(2, 2), "nothing", Doubled()) and 1),
        attempt(lambda: tools.register_parametrization(nn.Linear(2, 2), "weight", Cut()) and 1),
        attempt(lambda: tools.register_parametrization(nn.Linear(2, 2), "weight", Wrong()) and 1),
        attempt(lambda: tools.remove_parametrizations(nn.Linear(2, 2), "weight") and 1),
        attempt(lambda: pickle.dumps(unsafe)),
        attempt(lambda: setattr(unsafe, "weight", nn.Parameter(lib.ones(1)))),
    ]


@program
def older_norms(lib, nn):
    found, x = [], lib.ones(2, 4)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for dim in (0, 1, None):
            net = nn.Sequential(nn.utils.weight_norm(nn.Linear(4, 3), dim=dim), nn.Tanh())
            output = net(x)
            output.sum().backward()
            found.append(numbers([output, net[0].weight_g.grad, net[0].weight_v.grad]))
            found.append([list(net.state_dict()), attempt(lambda: nn.utils.weight_norm(net[0]) and 1)])
            nn.utils.remove_weight_norm(net[0])
            found.append([list(net.state_dict()), numbers(net(x)), attempt(lambda: nn.utils.remove_weight_norm(net[0]))])
    net = nn.Sequential(nn.utils.spectral_norm(nn.Linear(4, 3), n_power_iterations=2), nn.Tanh())
    found += [numbers([net(x), net(x), net[0].weight_u, net[0].weight_v]), list(net.state_dict())]
    net(x).sum().backward()
    found.append(numbers(net[0].weight_orig.grad))
    net.eval()
    found.append(numbers(net(x)))
    nn.utils.remove_spectral_norm(net[0])
    return found + [list(net.state_dict()), numbers(net(x)), attempt(lambda: nn.utils.remove_spectral_norm(net[0]))]


@program
def parametrised_layers(lib, nn):
    """Layers of all kinds compute with the parametrised weight."""
    shapes = nn.utils.parametrizations
    image, steps = lib.arange(32.0).reshape(1, 2, 4, 4) / 10, lib.arange(12.0).reshape(2, 2, 3) / 10
    found = []
    for make, name, x in [
        (lambda: nn.Conv2d(2, 3, 3), "weight", image),
        (lambda: nn.ConvTranspose2d(2, 3, 3), "weight", image),
        (lambda: nn.LSTM(3, 4, batch_first=True), "weight_hh_l0", steps),
        (lambda: nn.Embedding(4, 3), "weight", lib.tensor([1, 2])),
    ]:
        for shape in (shapes.weight_norm, shapes.spectral_norm):
            net = shape(make(), name)
            output = net(x)
            output = output[0] if isinstance(output, tuple) else output
            output.sum().backward()
            originals = [p.grad for p in net.parametrizations[name].parameters(recurse=False)]
            found.append([numbers(output.sum(-1)), numbers(originals), numbers(net(x)[0] if name != "weight" else net(x).sum())])
            found.append(list(net.state_dict()))
    attention = shapes.weight_norm(nn.MultiheadAttention(4, 2, batch_first=True), "in_proj_weight")
    x = lib.arange(24.0).reshape(2, 3, 4) / 10
    output, weights = attention(x, x, x)
    output.sum().backward()
    found.append(numbers([output, weights, attention.parametrizations.in_proj_weight.original0.grad]))
    return found


@program
def fused_layers(lib, nn):
    x, found = lib.arange(50.0).reshape(1, 2, 5, 5) / 10, []
    for convolution, norm, transpose in [
        (nn.Conv2d(2, 3, 3, bias=False), nn.BatchNorm2d(3), False), (nn.ConvTranspose2d(2, 3, 3), nn.BatchNorm2d(3), True),
    ]:
        norm(convolution(x))
        convolution.eval(), norm.eval()
        fused = nn.utils.fuse_conv_bn_eval(convolution, norm, transpose)
        difference = (fused(x) - norm(convolution(x))).detach().abs().max()
        found.append([float(difference) < 1e-5, numbers(fused.bias), numbers(fused.weight)[:6], repr(fused)])
    linear, norm = nn.Linear(2, 3), nn.BatchNorm1d(3)
    norm(linear(lib.ones(4, 2)))
    linear.eval(), norm.eval()
    fused = nn.utils.fuse_linear_bn_eval(linear, norm)
    found.append(numbers([fused.weight, fused.bias, fused(lib.ones(1, 2)) - norm(linear(lib.ones(1, 2)))]))
    linear.train()
    return found + [attempt(lambda: nn.utils.fuse_linear_bn_eval(linear, norm))]


# ------------------------------------------------------------------------------------------ gradients and vectors


@program
def clip_gradients(lib, nn):
    def fresh(*values):
        made = [nn.Parameter(lib.zeros(len(v))) for v in values]
        for parameter, value in zip(made, values):
            parameter.grad = lib.tensor(value)
        return made + [nn.Parameter(lib.zeros(1))]

    found = []
    for kind in (2.0, 1, float("inf"), 0.5, "inf"):
        parameters = fresh([3.0, -4.0], [12.0])
        total = nn.utils.clip_grad_norm_(parameters, 1.5, norm_type=kind)
        found.append(numbers([total, *(p.grad for p in parameters[:2])]))
    small = fresh([0.5, 0.25])
    found.append(numbers([nn.utils.clip_grad_norm_(iter(small), 5), small[0].grad]))
    bad = fresh([float("nan"), 1.0])
    found.append(attempt(lambda: nn.utils.clip_grad_norm_(bad, 1.0, error_if_nonfinite=True)))
    found.append(attempt(lambda: nn.utils.clip_grad_norm_([], 1.0)))
    found.append(attempt(lambda: nn.utils.clip_grad_norm_((p for p in []), 1.0)))
    limited = fresh([3.0, -4.0], [0.5])
    nn.utils.clip_grad_value_(limited, 1, foreach=True)
    found.append(numbers([p.grad for p in limited[:2]]))
    single = fresh([3.0, 4.0])[0]
    found.append(numbers([nn.utils.clip_grad_norm_(single, 1), single.grad]))
    nn.utils.clip_grads_with_norm_(limited, 1.0, lib.tensor(10.0))
    return found + [
        numbers([p.grad for p in limited[:2]]), numbers(nn.utils.get_total_norm([lib.ones(2), lib.ones(2, 7)])),
        attempt(lambda: nn.utils.get_total_norm([])),
    ]


@program
def vectors(lib, nn):
    net = nn.Linear(2, 3)
    vector = nn.utils.parameters_to_vector(net.parameters())
    weight = net.weight
    nn.utils.vector_to_parameters(lib.arange(9.0), net.parameters())
    return [
        numbers(vector), vector.requires_grad, net.weight is weight, numbers([net.weight, net.bias]), net.weight.is_leaf,
        attempt(lambda: nn.utils.vector_to_parameters([1.0], net.parameters())),
    ]


@program
def skipped_initialisation(lib, nn):
    net = nn.utils.skip_init(nn.Linear, 2, 3, bias=False)
    return [repr(net), attempt(lambda: nn.utils.skip_init(nn.ReLU)), attempt(lambda: nn.utils.skip_init(dict))]


@program
def fused_weights(lib, nn):
    values = [lib.randn(3) for _ in range(2)]
    mean, variance = lib.randn(3), lib.rand(3) + 0.5
    linear = nn.utils.fuse_linear_bn_weights(lib.randn(3, 2), values[0], mean, variance, 1e-5, *values)
    return numbers([
        linear, nn.utils.fuse_conv_bn_weights(lib.randn(3, 2, 2), None, mean, variance, 1e-5, *values),
        nn.utils.fuse_conv_bn_weights(lib.randn(2, 3, 2), values[0], mean, variance, 1e-5, None, None, transpose=True),
    ])


# ------------------------------------------------------------------------------------------ functional calls


@program
def functional_call(lib, nn):
    call, x = lib.func.functional_call, lib.ones(2, 4)
    net = nn.Sequential(nn.Linear(4, 4), nn.Tanh(), nn.Linear(4, 4))
    net[2].weight = net[0].weight
    before = numbers(net(x))
    given = lib.full((4, 4), 0.1, requires_grad=True)
    result = call(net, {"0.weight": given}, x)
    result.sum().backward()
    found = [numbers(result), numbers(given.grad), net[0].weight.grad is None, numbers(net(x)) == before]
    found.append(numbers(call(net, {"0.weight": given}, x, tie_weights=False)))
    found.append(numbers(call(net, ({"0.bias": lib.ones(4)}, {"2.bias": lib.zeros(4)}), (x,))))
    whole = {**dict(net.named_parameters()), "0.bias": lib.ones(4)}
    found.append(attempt(lambda: call(net, whole, x, strict=True)))

    class Counting(nn.Module):
        def __init__(self):
            super().__init__()
            self.register_buffer("count", lib.zeros(1))
            self.register_buffer("total", lib.zeros(1))

        def forward(self, x, factor=1):
            self.count = self.count + 1
            self.total += 1
            return x * self.count * factor

    counting = Counting()
    state = {"count": lib.ones(1), "total": lib.ones(1)}
    found += [numbers(call(counting, state, lib.ones(1), {"factor": 3})), numbers(state), numbers(counting.count)]
    norm = nn.BatchNorm1d(4)
    state = {"running_mean": lib.ones(4), "running_var": lib.ones(4), "num_batches_tracked": lib.tensor(5)}
    found += [numbers(call(norm, state, x)), numbers(state), numbers(norm.running_mean)]
    shaped = nn.utils.parametrizations.weight_norm(nn.Linear(4, 4))
    entry = "parametrizations.weight.original0"
    found.append(numbers(call(shaped, {entry: lib.ones(4, 1)}, x)))
    found += [
        attempt(lambda: call(net, {"0.weight": given}, x, strict=True)),
        attempt(lambda: call(net, {"0.weight": given, "2.weight": given * 2}, x)),
        attempt(lambda: call(net, {"nothing": given}, x)),
        attempt(lambda: call(net, ({"0.bias": given}, {"0.bias": given}), x)),
        attempt(lambda: call(net, {"0.weight": 3}, x)),
        attempt(lambda: call(net, {"9.weight": given}, x)),
        attempt(lambda: call(net, 3, x)),
        attempt(lambda: call(net, {"0.weight": lib.ones(2, 2)}, x)),
    ]
    return found + [numbers(net(x)) == before]


@program
def transforms(lib, nn):
    func = lib.func
    value, pull_back = func.vjp(lambda x, y: x * y, lib.ones(2), lib.full((2,), 3.0))
    return numbers([
        func.grad(lambda x: x.sin())(lib.tensor(0.0)),
        func.grad(func.grad(lambda x: x**3))(lib.tensor(2.0)),
        func.grad(lambda d: (d["a"] * 2).sum())({"a": lib.ones(2)}),
        func.grad(lambda a, b: (a * b**2).sum(), argnums=1)(lib.ones(2), lib.ones(2)),
        func.grad(lambda a, b: (a * b**2).sum(), argnums=(0, 1))(lib.ones(2), lib.ones(2)),
        func.grad(lambda a: lib.tensor(1.0))(lib.ones(2)),
        func.grad_and_value(lambda a: ((a * 3).sum(), a), has_aux=True)(lib.ones(2)),
        value, pull_back(lib.ones(2)),
        attempt(lambda: func.grad(lambda x: x * 2)(lib.ones(2))), attempt(lambda: func.grad(lambda x: 3)(lib.ones(2))),
        attempt(lambda: func.grad(lambda x: x.sum(), argnums=2)(lib.ones(2))),
    ])
