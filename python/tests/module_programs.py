"""Programs over blocks that run in PyTorch and here alike: test_module_programs.py compares what they give with
Tests/Goldens/modules.json, which Tests/Goldens/make_modules.py writes.

Each takes the library, its `nn`, and a function `attempt(f)` that calls `f` and tells the class of an exception; each
returns what can be written as JSON.
"""

import copy
import pickle
import warnings
from collections import OrderedDict

PROGRAMS = []


def program(function):
    PROGRAMS.append(function)
    return function


def numbers(value):
    """Tensors as lists of rounded numbers, in whatever they stand."""
    if hasattr(value, "detach"):
        return [round(x, 4) + 0.0 for x in value.detach().double().flatten().tolist()]
    if isinstance(value, (tuple, list)):
        return [numbers(item) for item in value]
    if isinstance(value, dict):
        return {key: numbers(item) for key, item in value.items()}
    return value


def attempt(function):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            result = numbers(function())
        except Exception as error:
            result = type(error).__name__
    return [result, [warning.category.__name__ for warning in caught]]


def two(lib, nn):
    class Two(nn.Module):
        def __init__(self):
            super().__init__()
            self.linear = nn.Linear(2, 2)
            with lib.no_grad():
                self.linear.weight.copy_(lib.tensor([[1.0, 2.0], [-1.0, 3.0]]))
                self.linear.bias.zero_()

        def forward(self, a, b=None, k=1):
            return self.linear(a) * k, (a if b is None else b) * 2

    return Two()


# ------------------------------------------------------------------------------------------ hooks


@program
def full_backward_hooks(lib, nn):
    net, log = two(lib, nn), []
    x, y = lib.ones(1, 2, requires_grad=True), lib.ones(1, 2)
    net.register_full_backward_hook(lambda m, gi, go: log.append(["hook", numbers(gi), numbers(go)]))
    net.register_full_backward_pre_hook(lambda m, go: log.append(["pre", numbers(go)]))

    def run(function):
        log.clear()
        return attempt(lambda: (function(), list(log))[1])

    def twice():
        output = net(x)[0]
        (gradient,) = lib.autograd.grad((output**2).sum(), x, create_graph=True)
        gradient.sum().backward()

    found = [
        run(lambda: sum(o.sum() for o in net(x, y)).backward()),
        run(lambda: net(x, x)[0].sum().backward()),
        run(lambda: net(x, x)[1].sum().backward()),
        run(lambda: net(x, b=x, k=3)[0].sum().backward()),
        run(lambda: net(x, None)[0].sum().backward()),
        run(lambda: net(y)[0].sum().backward()),
        run(twice),
    ]
    with lib.no_grad():
        found.append(run(lambda: net(x)))
    return found


@program
def backward_hooks_that_replace(lib, nn):
    def result(hooks, pre_hooks=(), requires_grad=True):
        net = two(lib, nn).linear
        for hook in hooks:
            net.register_full_backward_hook(hook)
        for hook in pre_hooks:
            net.register_full_backward_pre_hook(hook)
        x = lib.ones(1, 2, requires_grad=requires_grad)
        return attempt(lambda: (net(x).sum().backward(), x.grad, net.weight.grad)[1:])

    return [
        result([lambda m, gi, go: (gi[0] * 10,)]),
        result([lambda m, gi, go: (gi[0] * 10,), lambda m, gi, go: (gi[0] + 1,)]),
        result([], [lambda m, go: (go[0] * 5,), lambda m, go: None]),
        result([lambda m, gi, go: (go[0],)], [lambda m, go: (go[0] * 5,)]),
        result([lambda m, gi, go: (gi[0], gi[0])]),
        result([], [lambda m, go: (go[0], go[0])]),
        result([lambda m, gi, go: (1,)], requires_grad=False),
        result([lambda m, gi, go: (None,)], requires_grad=False),
    ]


@program
def backward_hooks_in_containers(lib, nn):
    log = []
    inner = two(lib, nn).linear
    net = nn.Sequential(nn.ReLU(), nn.Sequential(inner, nn.Tanh()), nn.ReLU())
    inner.register_full_backward_hook(lambda m, gi, go: log.append([m is inner, numbers(gi), numbers(go)]))
    net[1].register_full_backward_hook(lambda m, gi, go: log.append(["outer", numbers(gi)]))
    x = lib.ones(1, 2, requires_grad=True)
    net(x).sum().backward()
    return [log, numbers(x.grad)]


@program
def hooks_on_layers_of_several_results(lib, nn):
    log, found = [], []
    attention = nn.MultiheadAttention(4, 2, batch_first=True)
    lstm = nn.LSTM(2, 3, batch_first=True)
    x = (lib.arange(24.0).reshape(2, 3, 4) / 10).requires_grad_()
    y = (lib.arange(12.0).reshape(2, 3, 2) / 10).requires_grad_()
    for net in (attention, lstm):
        net.register_full_backward_hook(lambda m, gi, go: log.append([type(m).__name__, numbers(gi), len(go)]))
        net.register_forward_hook(lambda m, args, out: log.append([type(m).__name__, len(args)]))
    attention(x, x, x)[0].sum().backward()
    found.append([sorted(entry[0] for entry in log), numbers(x.grad)])
    log.clear()
    # The state is a tuple in the results, which hooks of the backward pass do not look into.
    lstm(y)[0].sum().backward()
    return found + [[entry[0] for entry in log], numbers(log[-1][1]), numbers(y.grad)]


@program
def backward_hooks_of_odd_outputs(lib, nn):
    class Named(nn.Module):
        def forward(self, x):
            return {"a": x * 2}

    class InPlace(nn.Module):
        def forward(self, x):
            x += 1
            return x

    x, log, found = lib.ones(2, requires_grad=True), [], []
    for net, use in ((Named(), lambda y: y["a"]), (InPlace(), lambda y: y)):
        net.register_full_backward_hook(lambda m, gi, go: log.append(numbers(gi)))
        found.append(attempt(lambda: use(net(x * 1)).sum().backward()))
    return [found, log]


@program
def older_backward_hooks(lib, nn):
    net, log = two(lib, nn), []
    net.register_backward_hook(lambda m, gi, go: log.append([numbers(gi), numbers(go)]))
    found = [attempt(lambda: net.register_full_backward_hook(print))]
    net(lib.ones(1, 2, requires_grad=True))[1].sum().backward()
    other = two(lib, nn)
    other.register_full_backward_hook(print)
    found.append(attempt(lambda: other.register_backward_hook(print)))
    return [found, log]


@program
def forward_hooks(lib, nn):
    class Boom(nn.Module):
        def forward(self, x):
            raise ValueError("boom")

    log, x, found = [], lib.ones(1, 2), []
    net = Boom()
    net.register_forward_hook(lambda m, args, out: log.append(["always", out]), always_call=True)
    net.register_forward_hook(lambda m, args, out: log.append(["not"]))
    found.append(attempt(lambda: net(x)))
    net.register_forward_hook(lambda m, args, out: 1 / 0, always_call=True)
    found.append(attempt(lambda: net(x)))
    net = nn.ReLU()
    net.register_forward_hook(
        lambda m, args, kwargs, out: log.append(["kwargs", len(args), kwargs]), with_kwargs=True, always_call=True
    )
    handle = net.register_forward_hook(lambda m, args, out: log.append(["first"]), prepend=True)
    net(x)
    handle.remove()
    net(x)
    net.register_forward_hook(lambda m, args, out: 1 / 0)
    found.append(attempt(lambda: net(x)))
    wrong = two(lib, nn)
    wrong.register_forward_pre_hook(lambda m, args, kwargs: 3, with_kwargs=True)
    found.append(attempt(lambda: wrong(x)))
    counted = nn.Linear(2, 2)
    counted.register_forward_hook(print)
    found.append([len(counted._forward_hooks), len(counted._forward_pre_hooks), len(counted._backward_hooks)])
    counted._forward_hooks.clear()
    counted(x)
    return [found, log]


@program
def hooks_of_all_modules(lib, nn):
    hooks, log = nn.modules.module, []

    def note(kind):
        return lambda m, *rest: log.append([kind, type(m).__name__])

    handles = [
        hooks.register_module_forward_hook(note("forward")),
        hooks.register_module_forward_pre_hook(note("pre")),
        hooks.register_module_full_backward_hook(note("backward")),
        hooks.register_module_full_backward_pre_hook(note("backward pre")),
        hooks.register_module_parameter_registration_hook(lambda m, name, p: log.append(["parameter", name])),
        hooks.register_module_buffer_registration_hook(lambda m, name, p: log.append(["buffer", name])),
        hooks.register_module_module_registration_hook(lambda m, name, p: log.append(["module", name])),
    ]
    net = nn.Sequential(nn.Tanh(), nn.ReLU())
    net.register_buffer("buffer", lib.ones(1))
    net.buffer = lib.zeros(1)
    net.parameter = nn.Parameter(lib.ones(1))
    net.child = nn.ReLU()
    registered = list(log)
    log.clear()
    net = nn.Sequential(nn.Tanh(), nn.Sequential(nn.ReLU()))
    log.clear()
    net(lib.ones(1, 2, requires_grad=True)).sum().backward()
    called = list(log)
    for handle in handles:
        handle.remove()
    log.clear()
    net(lib.ones(1, 2))
    replaced = hooks.register_module_parameter_registration_hook(lambda m, name, p: nn.Parameter(p.detach() * 3))
    net.parameter = nn.Parameter(lib.ones(1))
    replaced.remove()
    return [registered, called, list(log), numbers(net.parameter), attempt(lambda: hooks.register_module_backward_hook(print))]


# ------------------------------------------------------------------------------------------ state


@program
def state_dict_hooks(lib, nn):
    net, log = nn.Sequential(two(lib, nn), nn.ReLU()), []

    def post(module, state, prefix, metadata):
        log.append(["post", list(state), prefix, metadata])
        state[prefix + "extra"] = lib.ones(1)

    net[0].register_state_dict_pre_hook(lambda m, prefix, keep: log.append(["pre", prefix, keep]))
    net[0].register_state_dict_post_hook(post)
    full = list(net.state_dict())
    net._register_state_dict_hook(lambda m, s, p, meta: OrderedDict((k, v) for k, v in s.items() if "weight" in k))
    found = [full, list(net.state_dict(keep_vars=True)), attempt(lambda: net._register_state_dict_hook(post))]
    other = nn.ReLU()
    other.register_state_dict_post_hook(lambda *args: 3)
    found += [attempt(other.state_dict), attempt(lambda: list(net[0].state_dict(OrderedDict(), "p.", True)))]
    return [found, log, two(lib, nn).state_dict()._metadata]


@program
def load_state_dict_hooks(lib, nn):
    net, log = nn.Sequential(two(lib, nn)), []

    def rename(state, prefix, *rest):
        if prefix + "linear.w" in state:
            state[prefix + "linear.weight"] = state.pop(prefix + "linear.w")

    def forgive(module, keys):
        log.append([list(keys.missing_keys), list(keys.unexpected_keys)])
        keys.missing_keys.clear()

    net[0].register_load_state_dict_pre_hook(lambda m, s, p, *rest: log.append([type(m).__name__, sorted(s), p, rest[1:]]))
    net[0]._register_load_state_dict_pre_hook(rename)
    handle = net.register_load_state_dict_post_hook(forgive)
    found = [attempt(lambda: list(net.load_state_dict({"0.linear.w": lib.ones(2, 2)}))), numbers(net[0].linear.weight)]
    handle.remove()
    found.append(attempt(lambda: net.load_state_dict({"0.linear.w": lib.ones(2, 2)})))
    net.register_load_state_dict_post_hook(lambda m, keys: 3)
    found.append(attempt(lambda: net.load_state_dict(net.state_dict())))
    return [found, log]


@program
def extra_state(lib, nn):
    class Counted(nn.Module):
        def __init__(self):
            super().__init__()
            self.count = 5
            self.weight = nn.Parameter(lib.ones(1))

        def get_extra_state(self):
            return {"count": self.count}

        def set_extra_state(self, state):
            self.count = state["count"]

    first, second = Counted(), nn.Sequential(Counted())
    first.count = 9
    state = first.state_dict()
    loaded = attempt(lambda: list(second.load_state_dict({"0." + key: value for key, value in state.items()})))
    return [
        list(state), state["_extra_state"], loaded, second[0].count,
        attempt(lambda: Counted().load_state_dict({"weight": lib.ones(1)})),
        attempt(lambda: nn.ReLU().load_state_dict({"_extra_state": 3})),
        attempt(lambda: nn.ReLU().get_extra_state()), attempt(lambda: nn.ReLU().set_extra_state(3)),
    ]


@program
def overridden_state_methods(lib, nn):
    class Own(nn.Module):
        def __init__(self):
            super().__init__()
            self.weight = nn.Parameter(lib.ones(1))

        def _save_to_state_dict(self, destination, prefix, keep_vars):
            super()._save_to_state_dict(destination, prefix, keep_vars)
            destination[prefix + "mine"] = lib.zeros(1)

        def _load_from_state_dict(self, state_dict, prefix, local_metadata, *rest):
            self.version = local_metadata.get("version")
            self.seen = numbers(state_dict.pop(prefix + "mine"))
            super()._load_from_state_dict(state_dict, prefix, local_metadata, *rest)
            self.after = numbers(self.weight)

    class Newer(Own):
        _version = 3

    net = nn.Sequential(Own(), Newer())
    state = net.state_dict()
    state["0.weight"] = lib.full((1,), 4.0)
    result = attempt(lambda: list(net.load_state_dict(state)))
    return [list(state), result, [[m.seen, m.after, m.version] for m in net], dict(state._metadata)]


@program
def unexpected_and_missing_keys(lib, nn):
    net = nn.Sequential(nn.Linear(1, 1), nn.ReLU())
    found = []
    for state in (
        {"0.weight": lib.ones(1, 1), "0.bias": lib.ones(1), "0.x": 1, "1.y": 2, "0.weight.z": 3, "q": 1},
        {"0.weight": lib.ones(2, 1)},
        {"0.weight": 3, "0.bias": lib.ones(1)},
        {},
    ):
        try:
            found.append(net.load_state_dict(state))
        except RuntimeError as error:
            text = str(error).replace("torch.", "").replace("swiftnn.", "")
            found.append([line for line in text.split("\n") if "key(s)" in line or "size mismatch" in line])
        try:
            found.append([sorted(keys) for keys in net.load_state_dict(state, strict=False)])
        except RuntimeError:
            found.append("RuntimeError")
    return found


# ------------------------------------------------------------------------------------------ registration and copies


@program
def registration(lib, nn):
    net = two(lib, nn)
    parameter = nn.Parameter(lib.ones(1))
    found = [
        attempt(lambda: setattr(net, "type", parameter)),
        attempt(lambda: setattr(net, "a.b", parameter)),
        attempt(lambda: setattr(net, "", parameter)),
        attempt(lambda: net.register_parameter("linear", parameter)),
        attempt(lambda: net.add_module("forward", nn.ReLU())),
        attempt(lambda: net.add_module("x", 3)),
        attempt(lambda: delattr(net, "nothing")),
        attempt(lambda: net.nothing),
        attempt(lambda: net.register_buffer("none", None)),
        list(net.state_dict()),
    ]
    net.buffer = nn.Buffer(lib.ones(1), persistent=False)
    found.append([sorted(net._buffers), list(net.state_dict()), isinstance(net.buffer, nn.Buffer), numbers(net.buffer)])
    net.buffer = lib.zeros(1)
    found.append([list(net.state_dict()), numbers(net.buffer), isinstance(net.buffer, nn.Buffer)])
    net.other = 3
    found.append(attempt(lambda: setattr(net, "other", nn.Buffer(lib.ones(2)))))
    net.plain = nn.Buffer(lib.ones(2))
    found.append([list(net.state_dict()), "plain" in net.__dict__])
    del net.plain
    found.append([list(net.state_dict()), attempt(lambda: net.plain)])
    return found


@program
def names_of_ordinary_kinds(lib, nn):
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.params = nn.ParameterList([lib.ones(1)])
            self.name = "me"
            self.prefix = nn.Linear(1, 1)

    net = Net()
    other = nn.Module()
    other.name = nn.Parameter(lib.ones(2))
    other.params = 3
    return [list(net.state_dict()), net.name, type(net.params).__name__, numbers(other.name), other.params]


@program
def submodules(lib, nn):
    net = nn.Sequential(two(lib, nn))
    found = [
        attempt(lambda: net.set_submodule("0.linear", nn.ReLU())),
        type(net[0].linear).__name__,
        attempt(lambda: net.set_submodule("0.new", nn.ReLU(), strict=True)),
        attempt(lambda: net.set_submodule("", nn.ReLU())),
        attempt(lambda: net.set_submodule("0.linear", 3)),
        attempt(lambda: net.set_submodule("0.nothing.here", nn.ReLU())),
        attempt(lambda: net.set_submodule("0.training", nn.ReLU())),
        attempt(lambda: net.get_submodule("0.nothing")),
        attempt(lambda: net.get_submodule("0.training")),
        attempt(lambda: net.get_parameter("0.linear.nothing")),
        attempt(lambda: net.get_buffer("0.linear")),
        attempt(lambda: net.train("x")),
    ]
    net.set_submodule("0.new", nn.Tanh())
    shared = nn.ReLU()
    net = nn.Sequential(shared, shared)
    return found + [
        [name for name, _ in net.named_modules()],
        [name for name, _ in net.named_modules(remove_duplicate=False)],
        len(list(net.modules())), len(list(net.modules(remove_duplicate=False))), len(list(net.children())),
    ]


@program
def conversions(lib, nn):
    net = two(lib, nn)
    net.register_buffer("whole", lib.tensor([1]))
    net.register_buffer("real", lib.ones(1))
    net.linear(lib.ones(1, 2)).sum().backward()
    weight = net.linear.weight
    net.double()
    kinds = [net.linear.weight is weight, *(str(t.dtype).split(".")[1] for t in (weight, weight.grad, net.whole, net.real))]
    net.type(lib.float32)
    kinds += [str(net.whole.dtype).split(".")[1], weight.dtype == lib.float32]
    net.to(lib.ones(1, dtype=lib.float64))
    kinds += [weight.dtype == lib.float64, net.to("cpu") is net, net.to(device="cpu", dtype=lib.float32) is net]
    gradient = weight.grad
    net.zero_grad(set_to_none=False)
    kinds += [weight.grad is gradient, numbers(weight.grad)]
    net.zero_grad()
    kinds.append(weight.grad is None)
    emptied = net.to_empty(device="cpu")
    return kinds + [
        emptied is net, list(weight.shape), attempt(lambda: net.to(lib.int64)), attempt(lambda: net.to_empty()),
        net.requires_grad_(False) is net, weight.requires_grad,
    ]


def print_nothing(*args):
    pass


@program
def copies(lib, nn):
    found = []
    for duplicate in (copy.deepcopy, lambda net: pickle.loads(pickle.dumps(net))):
        net = nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 2))
        net[1].weight = net[0].weight
        net.register_buffer("passing", lib.ones(1), persistent=False)
        net[0].register_forward_hook(print)
        net[0].register_full_backward_hook(print)
        net[0].register_state_dict_pre_hook(print_nothing)
        twin = duplicate(net)
        found.append([
            twin[1].weight is twin[0].weight, list(twin.state_dict()), len(twin[0]._forward_hooks),
            len(twin[0]._backward_hooks), len(twin[0]._state_dict_pre_hooks), twin.passing is not net.passing,
            twin[0].weight is not net[0].weight,
        ])
    return found


@program
def states_of_a_subclass(lib, nn):
    class Resource(nn.Module):
        def __init__(self):
            super().__init__()
            self.linear = nn.Linear(2, 2)
            self.lock = lambda: None

        def __getstate__(self):
            state = self.__dict__.copy()
            del state["lock"]
            return state

        def __setstate__(self, state):
            self.__dict__.update(state)
            self.lock = len(self.linear.weight)

    class Chained(Resource):
        def __setstate__(self, state):
            if "fresh" not in state:
                state["fresh"] = 7
            super(Resource, self).__setstate__(state)

    found = []
    for kind in (Resource, Chained):
        net = kind()
        net.eval()
        twin = copy.deepcopy(net)
        x = lib.ones(1, 2)
        found.append([
            list(twin.state_dict()), getattr(twin, "fresh", None), getattr(twin, "lock", None), twin.training,
            numbers(twin.linear(x)) == numbers(net.linear(x)), twin.linear.weight is not net.linear.weight,
        ])
    return found


# ------------------------------------------------------------------------------------------ containers


@program
def parameter_containers(lib, nn):
    values = nn.ParameterList([nn.Parameter(lib.ones(2, 3)), lib.arange(3.0), 5, nn.ReLU()])
    named = nn.ParameterDict({"a": lib.ones(1), "x": 3})
    named["b"] = nn.Parameter(lib.zeros(2))
    found = [
        repr(values).replace("torch.", "").replace("swiftnn.", ""), list(values.state_dict()), len(values), values[2],
        type(values[1:]).__name__, len(values[1:3]), numbers(values[-3]), [type(v).__name__ for v in values],
        repr(named).replace("torch.", "").replace("swiftnn.", ""), list(named.state_dict()), list(named), "x" in named, len(named),
        list(reversed(named)), named.get("nothing"), named.get("x"), named.setdefault("y", 4), named.pop("y"),
        numbers(named.popitem()), list(named.keys()), numbers(list(named.values())), numbers(list(named.items())),
        list(named.copy()), list(named | {"z": lib.ones(1)}), list({"z": lib.ones(1)} | named),
        repr(named.fromkeys(["q"])), list(named.fromkeys(["q", "r"])),
    ]
    values[0] = lib.zeros(2)
    values.append(lib.ones(1)).extend([lib.ones(2)])
    values += [lib.ones(3)]
    named |= {"m": lib.ones(1)}
    found += [numbers(values[0]), len(values), list(values.state_dict()), [name for name, _ in named.named_parameters()]]
    named.update([("first", lib.ones(1)), ("second", lib.ones(1))])
    del named["first"]
    found.append(list(named))
    named.clear()
    found.append([len(named), list(named.state_dict())])
    wrong = [
        lambda: values(1), lambda: named(1), lambda: values[9], lambda: values[-9], lambda: named[3], lambda: named["nothing"],
        lambda: nn.ParameterList(3), lambda: nn.ParameterList([lib.tensor([1])]), lambda: named.popitem(),
        lambda: named.__setitem__("items", lib.ones(1)), lambda: named.__setitem__("a.b", lib.ones(1)),
        lambda: named.update(3), lambda: named.update([1]), lambda: named.update([(1, 2, 3)]), lambda: values["0"],
    ]
    for duplicate in (copy.deepcopy, lambda net: pickle.loads(pickle.dumps(net))):
        twin = duplicate(values)
        found.append([len(twin), twin[2], list(twin.state_dict())])
    return found + [attempt(function) for function in wrong]


@program
def module_containers(lib, nn):
    class Mine(nn.Sequential):
        pass

    net = nn.Sequential(OrderedDict(first=nn.ReLU(), second=nn.Tanh()))
    found = [
        type(Mine(nn.ReLU())[0:1]).__name__, type(Mine(nn.ReLU()) + Mine(nn.ReLU())).__name__,
        list(net[1:]._modules), repr(net), len(net * 2), len(3 * net), list(net.append(nn.ReLU())._modules),
    ]
    net = nn.Sequential(nn.ReLU(), nn.Tanh())
    net *= 2
    found += [len(net), list(net._modules), repr(net.pop(0)), list(net._modules)]
    net = nn.Sequential(nn.ReLU(), nn.Tanh(), nn.Sigmoid())
    del net[1]
    found += [list(net._modules), repr(net.insert(1, nn.Tanh())), repr(net.extend([nn.ReLU()])), len(net)]
    named = nn.ModuleDict([("a", nn.ReLU()), ("b", nn.Tanh())])
    named.update(nn.ModuleDict({"c": nn.Sigmoid()}))
    found += [list(named.keys()), [repr(m) for m in named.values()], [k for k, _ in named.items()], repr(named),
              repr(named.pop("a")), len(named), "a" in named]
    del named["b"]
    listed = nn.ModuleList([nn.ReLU()]) + [nn.Tanh()]
    found += [list(named), len(listed), repr(listed), list(listed[::-1]._modules)]
    wrong = [
        lambda: nn.ModuleList()(lib.ones(1)), lambda: named(1), lambda: nn.ModuleDict({1: nn.ReLU()}), lambda: nn.ModuleDict([1]),
        lambda: nn.ModuleDict([(1, 2, 3)]), lambda: nn.ModuleDict(5), lambda: nn.Sequential(3),
        lambda: nn.Sequential(nn.ReLU()) + 3, lambda: nn.Sequential(nn.ReLU()).insert(4, nn.ReLU()),
        lambda: nn.ModuleDict()["x"], lambda: nn.ModuleDict({"items": nn.ReLU()}), lambda: nn.ModuleList([3]),
        lambda: nn.Sequential(nn.ReLU())[3], lambda: nn.ModuleList([nn.ReLU()])[3], lambda: nn.Sequential(nn.ReLU()) * 2.5,
        lambda: nn.Sequential(nn.ReLU()) * 0, lambda: nn.ModuleList().extend(3), lambda: nn.ModuleList([nn.ReLU()]) + 3,
        lambda: nn.ModuleDict({"a.b": nn.ReLU()}), lambda: nn.ModuleDict({"": nn.ReLU()}),
    ]
    named.clear()
    return found + [len(named)] + [attempt(function) for function in wrong]
