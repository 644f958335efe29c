"""Gluon's Trainer and MXNet's switches of recording and training."""

import threading

import pytest

import swiftnn
from swiftnn import autograd, gluon, nn, optim


def net_of_ones():
    net = nn.Dense(1, in_units=2)
    net.initialize(swiftnn.init.Constant(1), force_reinit=True)
    return net


def backward(net, count=4):
    with autograd.record():
        loss = net(swiftnn.ones(count, 2)).sum()
    loss.backward()
    return loss


def test_step_divides_by_the_batch_and_writes_gradients_anew():
    net = net_of_ones()
    trainer = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.25})
    for _ in range(2):
        backward(net)
        trainer.step(4)
    assert net.weight.tolist() == [[0.5, 0.5]] and net.weight.grad.tolist() == [[0.0, 0.0]]
    assert trainer.learning_rate == 0.25
    trainer.set_learning_rate(0.125)
    backward(net)
    trainer.allreduce_grads()
    trainer.update(2)
    assert net.weight.tolist() == [[0.25, 0.25]] and trainer.learning_rate == 0.125
    assert swiftnn.Trainer is gluon.Trainer and swiftnn.gluon is gluon and gluon.nn is nn


@pytest.mark.parametrize("name, settings, method, arguments", [
    ("sgd", {}, optim.SGD, {"lr": 0.01}),
    ("sgd", {"learning_rate": 0.1, "momentum": 0.9, "wd": 0.1}, optim.SGD, {"lr": 0.1, "momentum": 0.9, "weight_decay": 0.1}),
    ("SGD", {"learning_rate": 0.1}, optim.SGD, {"lr": 0.1}),
    ("nag", {"momentum": 0.9}, optim.SGD, {"lr": 0.1, "momentum": 0.9, "nesterov": True}),
    ("adam", {"learning_rate": 0.1, "beta1": 0.8, "epsilon": 1e-3}, optim.Adam, {"lr": 0.1, "betas": (0.8, 0.999), "eps": 1e-3}),
    ("adamw", {"wd": 0.1}, optim.AdamW, {"weight_decay": 0.1}),
    ("adamax", {}, optim.Adamax, {}),
    ("nadam", {"schedule_decay": 0.01}, optim.NAdam, {"lr": 1e-3, "momentum_decay": 0.01}),
    ("rmsprop", {"learning_rate": 0.1, "gamma1": 0.8}, optim.RMSprop, {"lr": 0.1, "alpha": 0.8}),
    ("rmsprop", {"centered": True, "gamma2": 0.7}, optim.RMSprop, {"lr": 1e-3, "alpha": 0.9, "centered": True, "momentum": 0.7}),
    ("adagrad", {"learning_rate": 0.1}, optim.Adagrad, {"lr": 0.1, "eps": 1e-7}),
    ("adadelta", {"rho": 0.8}, optim.Adadelta, {"rho": 0.8, "eps": 1e-5}),
])
def test_names_and_settings(name, settings, method, arguments):
    net, other = net_of_ones(), net_of_ones()
    trainer = gluon.Trainer(net.collect_params(), name, settings)
    reference = method(other.parameters(), **arguments)
    assert type(trainer.optimizer) is method
    for step in range(3):
        backward(net)
        trainer.step(4)
        reference.zero_grad()
        (other(swiftnn.ones(4, 2)).sum() / 4).backward()
        reference.step()
    assert net.weight.tolist() == other.weight.tolist() and net.bias.tolist() == other.bias.tolist()


def test_multipliers_scheduler_and_rescaling():
    net = net_of_ones()
    net.collect_params(".*bias").setattr("lr_mult", 2.0)
    net.collect_params(".*weight").setattr("wd_mult", 0.0)
    trainer = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.1, "wd": 0.5, "rescale_grad": 0.5})
    with swiftnn.no_grad():
        net.bias.fill_(1.0)
    backward(net)
    trainer.step(4)
    assert net.weight.tolist()[0] == pytest.approx([0.95, 0.95]) and net.bias.tolist() == pytest.approx([1 - 0.2 * (0.5 + 0.5)])
    assert trainer.learning_rate == pytest.approx(0.1)
    trainer.set_learning_rate(1.0)
    assert [group["lr"] for group in trainer.optimizer.param_groups] == [1.0, 2.0] or trainer.learning_rate == 1.0
    seen = []

    def schedule(updates):
        seen.append(updates)
        return 1.0 / updates if updates else 1.0

    net = net_of_ones()
    trainer = gluon.Trainer(net.collect_params(), "sgd", {"lr_scheduler": schedule})
    for _ in range(2):
        backward(net)
        trainer.step(4)
    assert seen == [1, 2] and net.weight.tolist() == [[-0.5, -0.5]] and trainer.learning_rate == 0.5
    with pytest.raises(UserWarning, match="LRScheduler"):
        trainer.set_learning_rate(0.1)


def test_gradients_that_are_added():
    net = net_of_ones()
    net.collect_params().setattr("grad_req", "add")
    trainer = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.125})
    for _ in range(2):
        backward(net)
        trainer.step(4)
    assert net.weight.tolist() == [[1 - 0.125 - 0.25] * 2] and net.weight.grad.tolist() == [[8.0, 8.0]]
    net.collect_params().zero_grad()
    assert net.weight.grad.tolist() == [[0.0, 0.0]] and net.weight.grad_req == "add"
    net.collect_params().setattr("grad_req", "write")
    assert net.weight.grad_req == "write"


def test_stale_gradients_and_misuse():
    net, unused = net_of_ones(), nn.Dense(1, in_units=2)
    trainer = gluon.Trainer([*net.parameters(), unused.weight], "adam")
    backward(net)
    with pytest.raises(UserWarning, match="Gradient of Parameter `2` .*ignore_stale_grad=True"):
        trainer.step(4)
    before = unused.weight.tolist()
    trainer.step(4, ignore_stale_grad=True)
    assert unused.weight.tolist() == before
    with pytest.raises(UserWarning, match="Gradient of Parameter `0`"):
        trainer.step(4)
    moved = net.weight.tolist()
    trainer.step(4, ignore_stale_grad=True)
    assert net.weight.tolist() == moved
    unused.weight.requires_grad_(False)
    backward(net)
    trainer.step(4)
    for params in ("net", 3, [1], {"a": swiftnn.ones(2)}):
        with pytest.raises(ValueError, match="list or dict of Parameters"):
            gluon.Trainer(params, "sgd")
    with pytest.raises(ValueError, match="Cannot find optimizer newton; there are adadelta"):
        gluon.Trainer(net.collect_params(), "newton")
    with pytest.raises(TypeError, match="sgd has no setting 'beta1'"):
        gluon.Trainer(net.collect_params(), "sgd", {"beta1": 0.9})
    with pytest.raises(NotImplementedError, match="clip_gradient"):
        gluon.Trainer(net.collect_params(), "sgd", {"clip_gradient": 1.0})
    with pytest.raises(TypeError, match="lr_scheduler"):
        gluon.Trainer(net.collect_params(), "sgd", {"lr_scheduler": 1.0})
    with pytest.raises(ValueError, match="positive batch_size"):
        trainer.step(0)
    own = optim.Adam(net.parameters())
    with pytest.raises(ValueError, match="optimizer_params must be None"):
        gluon.Trainer(net.collect_params(), own, {"learning_rate": 1})
    assert gluon.Trainer(net.collect_params(), own).optimizer is own


def test_an_optimizer_of_ones_own():
    class Plain(optim.Optimizer):
        def __init__(self, params):
            super().__init__(params, {"lr": 0.5})

        def step(self, closure=None):
            with swiftnn.no_grad():
                for group in self.param_groups:
                    for p in group["params"]:
                        p.sub_(group["lr"] * p.grad)

    net = net_of_ones()
    trainer = gluon.Trainer(net.collect_params(), Plain(net.parameters()))
    backward(net)
    trainer.step(4)
    assert net.weight.tolist() == [[0.5, 0.5]] and trainer.learning_rate == 0.5


def test_deferred_shapes():
    for name in ("sgd", "adam", "adagrad"):
        net = nn.Sequential()
        net.add(nn.Dense(4), nn.Dense(1))
        net.initialize()
        trainer = gluon.Trainer(net.collect_params(), name, {"learning_rate": 0.1})
        backward(net)
        trainer.step(4)
        assert net[0].weight.shape == (4, 2)


def test_states(tmp_path):
    net, other = net_of_ones(), net_of_ones()
    first, second = (gluon.Trainer(n.collect_params(), "adam", {"learning_rate": 0.1}) for n in (net, other))
    for _ in range(3):
        backward(net)
        first.step(4)
    first.save_states(tmp_path / "trainer")
    second.load_states(tmp_path / "trainer")
    other.load_state_dict(net.state_dict())
    for n, trainer in ((net, first), (other, second)):
        backward(n)
        trainer.step(4)
    assert net.weight.tolist() == other.weight.tolist()


def test_switches():
    layer = nn.Dropout(1.0)
    x = swiftnn.ones(2)
    assert not autograd.is_training() and autograd.is_recording()
    layer.eval()
    with autograd.record():
        assert autograd.is_training() and autograd.is_recording() and layer.training and layer(x).tolist() == [0.0, 0.0]
        with autograd.pause():
            assert not autograd.is_recording() and not layer.training and layer(x).tolist() == [1.0, 1.0]
            with autograd.train_mode():
                assert not autograd.is_recording() and layer(x).tolist() == [0.0, 0.0]
            assert not autograd.is_training()
        assert layer.training
    assert not layer.training and layer(x).tolist() == [1.0, 1.0]
    layer.train()
    with autograd.predict_mode():
        assert nn.Sequential(layer)(x).tolist() == [1.0, 1.0]
        layer.train(False)
        with autograd.record(train_mode=False):
            assert autograd.is_recording() and not layer.training
    assert not layer.training
    with pytest.raises(RuntimeError):
        with autograd.record():
            raise RuntimeError
    assert not autograd.is_training()

    @autograd.train_mode()
    def inside():
        return layer.training

    assert inside() and not layer.training
    seen = []
    with autograd.train_mode():
        thread = threading.Thread(target=lambda: seen.append(autograd.is_training()))
        thread.start()
        thread.join()
    assert seen == [False]
    assert autograd.set_training(True) is None and layer.training
    assert autograd.set_training(None) is True and not layer.training
    assert autograd.set_recording(False) is True and autograd.set_recording(True) is False
    with pytest.raises(TypeError, match="expected a bool or None"):
        swiftnn._C._set_training_mode(1)


def test_a_layer_in_python_sees_the_switch():
    class Own(nn.Module):
        def forward(self, x):
            return x * 2 if self.training else x

    own = Own().eval()
    with autograd.train_mode():
        assert own(swiftnn.ones(1)).tolist() == [2.0]
    assert own(swiftnn.ones(1)).tolist() == [1.0]
