import CSwiftNN
import SwiftNN

func run(_ op: snn_optimizers_op, _ c: Call) throws(TensorError) -> Results {
    switch op {
    case .SNN_OPTIMIZERS_sgd_step: return .list(try sgdStep(c))
    case .SNN_OPTIMIZERS_adam_step:
        try adamStep(c)
        return .list([])
    }
}

private func sgdStep(_ c: Call) throws(TensorError) -> [Tensor] {
    let parameters = try c.tensors(0), given = try c.tensors(1), numbers = try c.reals(2)
    if numbers.count != 4 || (!given.isEmpty && given.count != parameters.count) {
        throw TensorError(.value, "SGD", "expected 4 settings and a buffer for each parameter")
    }
    var settings = SGDSettings()
    (settings.learningRate, settings.momentum) = (numbers[0], numbers[1])
    (settings.dampening, settings.weightDecay) = (numbers[2], numbers[3])
    settings.nesterov = try c.boolean(3, false)
    settings.maximize = try c.boolean(4, false)
    if settings.momentum != 0 && given.isEmpty && !parameters.isEmpty {
        throw TensorError(.value, "SGD", "momentum needs a buffer for each parameter")
    }
    var buffers: [Tensor?] = []
    for (buffer, parameter) in zip(given, parameters) {
        // A parameter without elements has nothing to keep in a buffer: any will do.
        let substitute = parameter.count == 0 ? try Tensor.zeros(parameter.shape, dtype: parameter.dtype) : nil
        buffers.append(buffer.count == 0 ? substitute : buffer)
    }
    let waiting = buffers.indices.filter { buffers[$0] == nil }
    try OptimizerStep.sgd(parameters, buffers: &buffers, settings)
    return waiting.compactMap { buffers[$0] }
}

private func adamStep(_ c: Call) throws(TensorError) {
    let parameters = try c.tensors(0), averages = try c.tensors(1), squares = try c.tensors(2), numbers = try c.reals(3)
    if numbers.count != 5 + parameters.count || averages.count != parameters.count || squares.count != parameters.count {
        throw TensorError(.value, "Adam", "expected 5 settings, and for each parameter two averages and a step")
    }
    var settings = AdamSettings()
    settings.learningRate = numbers[0]
    (settings.beta1, settings.beta2, settings.epsilon) = (numbers[1], numbers[2], numbers[3])
    settings.weightDecay = numbers[4]
    settings.decoupled = try c.boolean(4, false)
    settings.maximize = try c.boolean(5, false)
    try OptimizerStep.adam(parameters, averages: averages, squares: squares, steps: Array(numbers[5...]), settings)
}
