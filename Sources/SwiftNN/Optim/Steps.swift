import CKernels

// The arithmetic of the optimisers' steps: one pass over memory for each parameter. The optimisers of both languages
// come here. Formulas and their order are PyTorch's (torch.optim).

/// What a step of stochastic gradient descent needs besides the tensors.
package struct SGDSettings {
    package var learningRate = 1e-3
    package var momentum = 0.0
    package var dampening = 0.0
    package var weightDecay = 0.0
    package var nesterov = false
    package var maximize = false

    package init() {}
}

/// What a step of Adam needs besides the tensors.
package struct AdamSettings {
    package var learningRate = 1e-3
    package var beta1 = 0.9
    package var beta2 = 0.999
    package var epsilon = 1e-8
    package var weightDecay = 0.0
    /// Whether the decay is applied to the parameter itself (AdamW) rather than to its gradient.
    package var decoupled = false
    package var maximize = false

    package init() {}
}

package enum OptimizerStep {
    /// g ← g + λp; b ← μb + (1 - τ)g, at first b ← g; p ← p - η b, or with Nesterov's p ← p - η (g + μb).
    ///
    /// - Parameter buffers: one for each parameter if there is momentum; nil until the parameter's first step.
    package static func sgd(
        _ parameters: [Tensor], buffers: inout [Tensor?], _ settings: SGDSettings
    ) throws(TensorError) {
        for (index, parameter) in parameters.enumerated() {
            guard let gradient = parameter.gradient else { continue }
            try check(parameter, gradient, "SGD")
            var buffer: Tensor?
            var isFirst = false
            if settings.momentum != 0 {
                if let present = buffers[index] {
                    buffer = present
                } else {
                    buffer = try Tensor(uninitialized: parameter.sizes, parameter.dtype, operation: "SGD")
                    isFirst = true
                }
                try check(parameter, buffer!, "SGD")
                buffers[index] = buffer
            }
            try inMemory(parameter, gradient, buffer) { (p, g, buffer, _) throws(TensorError) in
                let n = Int64(p.count)
                let first = Int32(isFirst ? 1 : 0)
                let (nesterov, maximize) = (Int32(settings.nesterov ? 1 : 0), Int32(settings.maximize ? 1 : 0))
                if p.dtype == .float32 {
                    ck_sgd_f32(
                        n, floats(p), floats(g), buffer.map(floats), first, settings.learningRate, settings.momentum,
                        settings.dampening, settings.weightDecay, nesterov, maximize)
                } else {
                    ck_sgd_f64(
                        n, doubles(p), doubles(g), buffer.map(doubles), first, settings.learningRate, settings.momentum,
                        settings.dampening, settings.weightDecay, nesterov, maximize)
                }
            }
            buffer?.didWrite()
        }
    }

    /// Kingma and Ba (2015), with Loshchilov and Hutter's decay (2019) where it is decoupled.
    ///
    /// - Parameters:
    ///   - averages: of the gradients, one for each parameter.
    ///   - squares: averages of their squares.
    ///   - steps: the number of this step, from 1, for each parameter.
    package static func adam(
        _ parameters: [Tensor], averages: [Tensor], squares: [Tensor], steps: [Double], _ settings: AdamSettings
    ) throws(TensorError) {
        for (index, parameter) in parameters.enumerated() {
            guard let gradient = parameter.gradient else { continue }
            let (average, square) = (averages[index], squares[index])
            try check(parameter, gradient, "Adam")
            try check(parameter, average, "Adam")
            try check(parameter, square, "Adam")
            try inMemory(parameter, gradient, average, square) { (p, g, average, square) throws(TensorError) in
                guard let average, let square else { return }
                let n = Int64(p.count)
                let (decoupled, maximize) = (Int32(settings.decoupled ? 1 : 0), Int32(settings.maximize ? 1 : 0))
                if p.dtype == .float32 {
                    ck_adam_f32(
                        n, floats(p), floats(g), floats(average), floats(square), settings.learningRate, settings.beta1,
                        settings.beta2, settings.epsilon, settings.weightDecay, steps[index], decoupled, maximize)
                } else {
                    ck_adam_f64(
                        n, doubles(p), doubles(g), doubles(average), doubles(square), settings.learningRate,
                        settings.beta1, settings.beta2, settings.epsilon, settings.weightDecay, steps[index], decoupled,
                        maximize)
                }
            }
            average.didWrite()
            square.didWrite()
        }
    }

    /// A state tensor comes from a user's file as well: the kernels read it as the parameter's equal.
    private static func check(_ parameter: Tensor, _ other: Tensor, _ name: String) throws(TensorError) {
        if !parameter.isInitialized {
            throw TensorError(.runtime, name, "a parameter has no shape yet: call the block once before the first step")
        }
        if !parameter.dtype.isFloatingPoint {
            throw TensorError(.runtime, name, "expected floating point parameters, got \(parameter.dtype)")
        }
        if other.sizes != parameter.sizes || other.dtype != parameter.dtype || !other.isInitialized {
            throw TensorError(.runtime, name,
                "a gradient or state of \(other.dtype) \(other.sizes) for a parameter of \(parameter.dtype) \(parameter.sizes)")
        }
        if other !== parameter.gradient && (!other.isContiguous || !other.isWritable) {
            throw TensorError(.runtime, name, "the state of a parameter must be contiguous and writable")
        }
    }

    /// Runs a kernel for contiguous float32 or float64 on a parameter that may be strided, float16 or bfloat16, its
    /// gradient and up to two tensors of its state.
    private static func inMemory(
        _ parameter: Tensor, _ gradient: Tensor, _ first: Tensor?, _ second: Tensor? = nil,
        _ body: (Tensor, Tensor, Tensor?, Tensor?) throws(TensorError) -> Void
    ) throws(TensorError) {
        try withoutGradients { () throws(TensorError) in
            try parameter.requireWritable("step", recorded: false)
            let g = gradient.isContiguous ? gradient : try gradient.copied()
            let type = parameter.dtype.computeType
            if type != parameter.dtype {
                let (p, a, b) = (try parameter.converted(to: type), try first?.converted(to: type), try second?.converted(to: type))
                try body(p, try g.converted(to: type), a, b)
                Elementwise.convert(p, into: parameter)
                if let first, let a { Elementwise.convert(a, into: first) }
                if let second, let b { Elementwise.convert(b, into: second) }
            } else if parameter.isContiguous {
                try body(parameter, g, first, second)
            } else {
                let p = try parameter.copied()
                try body(p, g, first, second)
                Elementwise.convert(p, into: parameter)
            }
            parameter.didWrite()
        }
    }

    private static func floats(_ tensor: Tensor) -> UnsafeMutablePointer<Float> {
        tensor.data.assumingMemoryBound(to: Float.self)
    }

    private static func doubles(_ tensor: Tensor) -> UnsafeMutablePointer<Double> {
        tensor.data.assumingMemoryBound(to: Double.self)
    }
}
