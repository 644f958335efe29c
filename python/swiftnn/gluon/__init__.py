"""Gluon's way to train, under MXNet's names: ``Trainer`` and ``loss`` beside the blocks of :mod:`swiftnn.nn`."""

from .. import nn
from ..nn import Block, HybridBlock, Parameter, ParameterDict
from . import loss
from .trainer import Trainer

__all__ = ["Block", "HybridBlock", "Parameter", "ParameterDict", "Trainer", "loss", "nn"]
