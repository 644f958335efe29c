"""What module_programs.py cannot compare with PyTorch: what differs on purpose, memory, and names."""

import copy
import gc
import importlib
import pickle
import weakref

import pytest

import swiftnn
from swiftnn import nn
from swiftnn.func import functional_call


def same(a, b):
    return tuple(a.shape) == tuple(b.shape) and bool((a == b).all())


class Doubling(nn.Module):
    def forward(self, x):
        return x * 2


# ---------------------------------------------------------------------------------------------- state


def test_nothing_is_written_where_something_does_not_fit():
    net = nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 2))
    before = [p.detach().clone() for p in net.parameters()]
    state = {**nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 2)).state_dict(), "1.bias": swiftnn.ones(3)}
    with pytest.raises(RuntimeError, match="size mismatch for 1.bias"):
        net.load_state_dict(state)
    assert all(same(a, b) for a, b in zip(before, net.parameters()))


def test_load_hooks_of_a_copy_belong_to_the_copy():
    net, seen = nn.Linear(1, 1), []
    net.register_load_state_dict_pre_hook(lambda module, *rest: seen.append(module))
    twin = copy.deepcopy(net)
    twin.load_state_dict(net.state_dict())
    assert seen == [twin]


def test_buffers_of_lazy_blocks_and_parameters_of_them():
    lazy = nn.LazyBatchNorm1d()
    assert isinstance(lazy.weight, nn.UninitializedParameter) and isinstance(lazy.running_mean, nn.UninitializedBuffer)
    assert not isinstance(lazy.weight, nn.UninitializedBuffer) and not isinstance(swiftnn.ones(1), nn.UninitializedBuffer)
    lazy.double()
    lazy(swiftnn.ones(2, 3, dtype=swiftnn.float64))
    assert lazy.weight.dtype is swiftnn.float64 and not isinstance(lazy.weight, nn.UninitializedParameter)
    for kind in (nn.UninitializedParameter, nn.UninitializedBuffer):
        with pytest.raises(NotImplementedError, match=kind.__name__):
            kind()


def test_refused():
    net = nn.Linear(1, 1)
    with pytest.raises(NotImplementedError, match="share"):
        net.share_memory()
    for wrong in (net.cuda, lambda: net.to("cuda"), lambda: net.to_empty(device="meta")):
        with pytest.raises(RuntimeError, match="only device"):
            wrong()
    assert net.compile() is net and net.to(None) is net
    with pytest.raises(TypeError):
        nn.Buffer(3)


# ---------------------------------------------------------------------------------------------- hooks


def test_hooks_in_native_containers_come_and_go():
    net, log = nn.Sequential(nn.Linear(2, 2), nn.ReLU()), []
    x = swiftnn.ones(1, 2, requires_grad=True)
    for register in (
        lambda: net[0].register_full_backward_hook(lambda *args: log.append("backward")),
        lambda: net[0].register_full_backward_pre_hook(lambda *args: log.append("pre")),
        lambda: nn.modules.module.register_module_full_backward_pre_hook(lambda *args: log.append("all")),
    ):
        plain = net(x)
        plain.sum().backward()
        assert log == []
        with register():
            y = net(x)
            assert same(y, plain)
            y.sum().backward()
            assert log != []
        log.clear()


def test_removed_handles():
    net = nn.ReLU()
    handle = net.register_forward_hook(lambda *args: None, with_kwargs=True, always_call=True)
    twin = pickle.loads(pickle.dumps(handle.__getstate__()["id"]))
    assert twin == handle.id and handle.id in net._forward_hooks_with_kwargs
    handle.remove()
    assert not net._forward_hooks and not net._forward_hooks_with_kwargs and not net._forward_hooks_always_called
    handle.remove()
    gone = nn.ReLU().register_forward_hook(print)
    gc.collect()
    gone.remove()


def test_backward_hooks_make_no_leak():
    net = nn.Sequential(nn.Linear(2, 2), Doubling())
    for module in net:
        module.register_full_backward_hook(lambda m, gi, go: None)
    x = swiftnn.ones(1, 2, requires_grad=True)
    output = net(x)
    output.sum().backward()
    references = [weakref.ref(output), weakref.ref(net), weakref.ref(net[0])]
    del output, net, module
    gc.collect()
    assert [reference() for reference in references] == [None] * 3


# ---------------------------------------------------------------------------------------------- functional calls


def test_functional_call_lets_go_of_the_tensors():
    net = nn.Sequential(nn.Linear(2, 2), nn.ReLU())
    given = swiftnn.ones(2, 2, requires_grad=True)
    result = functional_call(net, {"0.weight": given * 2}, swiftnn.ones(1, 2))
    reference = weakref.ref(given)
    del given, result
    gc.collect()
    assert reference() is None


def test_functional_call_restores_after_an_exception():
    class Failing(nn.Module):
        def __init__(self):
            super().__init__()
            self.weight = nn.Parameter(swiftnn.ones(1))

        def forward(self, x):
            raise ValueError("no")

    net = Failing()
    own = net.weight
    with pytest.raises(ValueError, match="no"):
        functional_call(net, {"weight": swiftnn.zeros(1), "fresh": swiftnn.zeros(1)}, 1)
    assert net.weight is own and not hasattr(net, "fresh")


def test_functional_call_second_order():
    net, x = nn.Linear(2, 1, bias=False), swiftnn.tensor([[1.0, 2.0]])
    weight = swiftnn.tensor([[3.0, 4.0]], requires_grad=True)
    inner = functional_call(net, {"weight": weight}, x).pow(2).sum()
    (gradient,) = swiftnn.autograd.grad(inner, weight, create_graph=True)
    loss = functional_call(net, {"weight": weight - 0.1 * gradient}, x).sum()
    (second,) = swiftnn.autograd.grad(loss, weight)
    # d/dw of x·(w - 0.2 (w·x) x) = x - 0.2 (x·x) x
    assert [round(v, 5) for v in second[0].tolist()] == [0.0, 0.0]


# ---------------------------------------------------------------------------------------------- parametrisations


def test_copies_of_parametrised_blocks_are_independent():
    tools = nn.utils.parametrize
    net = nn.Linear(2, 2)
    tools.register_parametrization(net, "weight", Doubling())
    twin = copy.deepcopy(net)
    tools.remove_parametrizations(twin, "weight")
    tools.register_parametrization(twin, "bias", Doubling())
    assert tools.is_parametrized(net, "weight") and not tools.is_parametrized(net, "bias")
    x = swiftnn.ones(1, 2)
    assert same(net(x), x @ net.weight.T + net.bias) and same(twin.bias.detach(), 2 * net.bias.detach())


def test_parametrised_block_in_files(tmp_path):
    net = nn.Sequential(nn.utils.parametrizations.weight_norm(nn.Linear(2, 2)), nn.ReLU())
    swiftnn.save_model(net, str(tmp_path / "net"))
    x = swiftnn.ones(1, 2)
    assert same(swiftnn.load_model(str(tmp_path / "net"))(x), net(x))
    with pytest.raises(RuntimeError, match="state_dict"):
        pickle.dumps(net)


def test_transferred_parametrisations():
    tools = nn.utils.parametrize
    first, second = nn.Linear(2, 2), nn.Linear(2, 2)
    tools.register_parametrization(first, "weight", Doubling())
    tools.transfer_parametrizations_and_params(first, second)
    assert same(first.weight, second.weight)
    assert second.parametrizations.weight.original is first.parametrizations.weight.original


def test_random_parametrisation_is_drawn_once_for_a_call():
    class Noise(nn.Module):
        def __init__(self):
            super().__init__()
            self.calls = 0

        def forward(self, x):
            self.calls += 1
            return x

    noise = Noise()
    net = nn.Sequential(nn.Linear(2, 2), nn.Sequential(nn.ReLU(), nn.Linear(2, 2)), Doubling())
    nn.utils.parametrize.register_parametrization(net[1][1], "weight", noise)
    noise.calls = 0
    net(swiftnn.ones(1, 2))
    assert noise.calls == 1
    repr(net)
    assert noise.calls == 1


# ---------------------------------------------------------------------------------------------- names


@pytest.mark.parametrize("name", ["linear", "container", "module", "activation", "conv", "batchnorm", "utils", "rnn"])
def test_places_of_pytorch(name):
    file = importlib.import_module("swiftnn.nn.modules." + name)
    assert getattr(nn.modules, name) is file
    for block in getattr(file, "__all__", []):
        assert getattr(file, block) is getattr(nn, block, getattr(file, block))


def test_helpers_of_pytorch():
    from swiftnn.nn.modules.utils import _pair, _single, _triple

    assert (_single(1), _pair(1), _pair([2, 3]), _triple(0)) == ((1,), (1, 1), (2, 3), (0, 0, 0))
    from swiftnn.nn.modules.batchnorm import BatchNorm2d
    from swiftnn.nn.modules.conv import Conv2d

    assert BatchNorm2d is nn.BatchNorm2d and Conv2d is nn.Conv2d
    with pytest.raises(AttributeError, match="nothing"):
        nn.modules.nothing


def test_lazy_names_of_utilities():
    assert set(dir(nn.utils)) >= {"clip_grad_norm_", "weight_norm", "skip_init"}
    assert nn.utils.parametrize is importlib.import_module("swiftnn.nn.utils.parametrize")
    with pytest.raises(AttributeError, match="nothing"):
        nn.utils.nothing
