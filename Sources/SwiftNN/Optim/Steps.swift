import CKernels
#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The optimisers' steps: one pass over memory for each parameter. The optimisers of both languages come here.
package enum OptimizerStep {
    /// Moves the parameters that have a gradient.
    ///
    /// Nothing has moved where it throws, but for want of memory.
    ///
    /// - Parameters:
    ///   - state: for each parameter the method's numbers, then its tensors.
    ///   - settings: the method's, in their order.
    ///   - fresh: whether SGD's buffers are to begin with the gradients.
    package static func run(
        _ method: OptimizerMethod, _ parameters: [Tensor], state: [Tensor], settings: [Double], fresh: Bool = false
    ) throws(TensorError) {
        let name = method.rawValue
        if settings.count != method.settings.count {
            let expected = method.settings.map(\.rawValue).joined(separator: ", ")
            throw TensorError(.value, name, "expected the settings \(expected), got \(settings.count) numbers")
        }
        let numbers = method.numberCount
        var moves: [(parameter: Tensor, gradient: Tensor, state: ArraySlice<Tensor>)] = []
        var position = 0
        for parameter in parameters {
            let width = numbers + method.tensors(settings, rank: parameter.rank).count
            if state.count - position < width { throw wrongState(name, parameters.count, state.count) }
            let own = state[position..<position + width]
            position += width
            guard let gradient = parameter.gradient else { continue }
            try check(parameter, gradient, name)
            if method == .muon { try checkMuon(settings, parameter) }
            for number in own.prefix(numbers)
            where number.count != 1 || !number.isInitialized || !number.isWritable || !number.dtype.isFloatingPoint {
                throw TensorError(.runtime, name,
                    "a parameter's count of steps and the like are one writable floating point number each, "
                        + "got \(number.dtype) \(number.sizes)")
            }
            for (index, tensor) in own.dropFirst(numbers).enumerated() {
                try checkState(tensor, parameter, shape(method, index, parameter), name)
            }
            moves.append((parameter, gradient, own))
        }
        if position != state.count { throw wrongState(name, parameters.count, state.count) }
        try withoutGradients { () throws(TensorError) in
            for move in moves { try move.parameter.requireWritable("step", recorded: false) }
            for move in moves {
                var kept = try KeptNumbers(move.state.prefix(numbers))
                let factors = method.factors(settings, &kept, fresh: fresh)
                try inMemory(move.parameter, move.gradient, move.state.dropFirst(numbers)) { (p, g, state) throws(TensorError) in
                    guard let (kernel, constants) = factors else {
                        try method == .muon ? muon(p, g, state, settings)
                            : adafactor(p, g, state, settings, kept[0], smallest: move.parameter.dtype)
                        return
                    }
                    guard let step = ck_step_lookup(kernel, p.dtype.kernel) else {
                        throw TensorError(.runtime, name, "no step for parameters of \(p.dtype)")
                    }
                    let pointers = state.map { UnsafeMutableRawPointer?($0.data) }
                    step(Int64(p.count), p.data, g.data, pointers, constants)
                }
                kept.save()
            }
        }
    }

    /// The shape of the state tensor number `index`.
    static func shape(_ method: OptimizerMethod, _ index: Int, _ parameter: Tensor) -> Dims {
        var sizes = parameter.sizes
        // Of the squared gradients of a matrix, the means of rows and of columns.
        if method == .adafactor && sizes.count > 1 { sizes[sizes.count - (index == 0 ? 1 : 2)] = 1 }
        return sizes
    }

    private static func wrongState(_ name: String, _ parameters: Int, _ state: Int) -> TensorError {
        TensorError(.value, name, "\(state) tensors are not the state of \(parameters) parameters")
    }

    private static func check(_ parameter: Tensor, _ gradient: Tensor, _ name: String) throws(TensorError) {
        if !parameter.isInitialized {
            throw TensorError(.runtime, name, "a parameter has no shape yet: call the block once before the first step")
        }
        if !parameter.dtype.isFloatingPoint {
            throw TensorError(.runtime, name, "expected floating point parameters, got \(parameter.dtype)")
        }
        if gradient.sizes != parameter.sizes || gradient.dtype != parameter.dtype || !gradient.isInitialized {
            throw TensorError(.runtime, name,
                "a gradient of \(gradient.dtype) \(gradient.sizes) for a parameter of \(parameter.dtype) \(parameter.sizes)")
        }
    }

    /// A state tensor comes from a user's file as well: the kernels read it as the parameter's equal.
    private static func checkState(_ tensor: Tensor, _ parameter: Tensor, _ sizes: Dims, _ name: String) throws(TensorError) {
        if tensor.sizes != sizes || tensor.dtype != parameter.dtype || !tensor.isInitialized {
            throw TensorError(.runtime, name,
                "a state of \(tensor.dtype) \(tensor.sizes) for a parameter of \(parameter.dtype) \(parameter.sizes), "
                    + "expected \(sizes)")
        }
        if tensor.overlapsItself || !tensor.isWritable {
            throw TensorError(.runtime, name, "the state of a parameter must be writable, each element in a place of its own")
        }
    }

    /// Runs a step for contiguous float32 or float64 on tensors that may be strided, float16 or bfloat16.
    private static func inMemory(
        _ parameter: Tensor, _ gradient: Tensor, _ state: ArraySlice<Tensor>,
        _ body: (Tensor, Tensor, [Tensor]) throws(TensorError) -> Void
    ) throws(TensorError) {
        let type = parameter.dtype.computeType
        func plain(_ tensor: Tensor) throws(TensorError) -> Tensor {
            if tensor.dtype != type { return try tensor.converted(to: type) }
            return tensor.isContiguous ? tensor : try tensor.copied()
        }
        let p = try plain(parameter)
        var work: [Tensor] = []
        for tensor in state { work.append(try plain(tensor)) }
        try body(p, try plain(gradient), work)
        if p !== parameter { Elementwise.convert(p, into: parameter) }
        parameter.didWrite()
        for (tensor, result) in zip(state, work) {
            if tensor !== result { Elementwise.convert(result, into: tensor) }
            tensor.didWrite()
        }
    }

    // MARK: Methods composed of operators

    /// Shazeer and Stern (2018): the squares of a matrix' gradient are known by the means of its rows and columns.
    private static func adafactor(
        _ p: Tensor, _ gradient: Tensor, _ state: [Tensor], _ s: [Double], _ step: Double, smallest dtype: DType
    ) throws(TensorError) {
        if p.count == 0 { return }
        let (rate, decay, threshold) = (s[1], s[2], s[6])
        // NaN stands for the smallest step of the parameter's type.
        let epsilon = s[4].isNaN ? spacing(of: dtype) : s[4]
        let g = s[0] == 1 ? gradient : try gradient * s[0]
        let weight = pow(step, s[3])
        let root = Double(p.count).squareRoot()
        let alpha = Swift.max(s[5], try p.vectorNorm().itemAsDouble() / root)
            * Swift.min(rate, 1 / step.squareRoot())
        if decay != 0 { try p.multiplyInPlace(by: (1 - rate * decay).asTensor()) }
        var estimate: Tensor
        if p.rank > 1 {
            for (mean, dimension) in zip(state, [-1, -2]) {
                let norm = try g.vectorNorm(2, [dimension], keepDims: true)
                let now = try norm.squared() / Double(g.sizes[g.rank + dimension])
                Elementwise.convert(try mean.interpolated(to: now, weight: weight.asTensor()), into: mean)
            }
            estimate = try state[0].matmul(state[1]) / state[0].mean([-2], keepDims: true).clamped(min: epsilon)
        } else {
            Elementwise.convert(try state[0].interpolated(to: g * g, weight: weight.asTensor()), into: state[0])
            estimate = state[0]
        }
        let update = try estimate.clamped(min: epsilon * epsilon).reciprocalSquareRoot() * g
        let size = try update.vectorNorm().itemAsDouble()
        try p.addInPlace(update, alpha: -alpha / Swift.max(1, size / (root * threshold)))
    }

    /// Of the numbers behind 1.
    private static func spacing(of dtype: DType) -> Double {
        switch dtype {
        case .float64: 0x1p-52
        case .float16: 0x1p-10
        case .bfloat16: 0x1p-7
        default: 0x1p-23
        }
    }

    private static func checkMuon(_ s: [Double], _ parameter: Tensor) throws(TensorError) {
        if parameter.rank != 2 {
            throw TensorError(.value, "Muon", "Muon only supports 2D parameters, got shape \(parameter.sizes)")
        }
        if Int(exactly: s[9]) == nil || s[9] >= 100 {
            throw TensorError(.value, "Muon", "Number of steps must be less than 100 for computational efficiency, got \(s[9])")
        }
    }

    /// Jordan (2024): the averaged gradient of a matrix, made nearly orthogonal by Newton and Schulz's iteration.
    private static func muon(_ p: Tensor, _ g: Tensor, _ state: [Tensor], _ s: [Double]) throws(TensorError) {
        let (rate, decay, momentum, nesterov) = (s[1], s[2], s[3], s[4] != 0)
        let (a, b, c) = (s[5], s[6], s[7])
        let iterations = Swift.max(Int(s[9]), 0)
        let (rows, columns) = (p.sizes[0], p.sizes[1])
        let gradient = s[0] == 1 ? g : try g * s[0]
        let buffer = state[0]
        Elementwise.convert(try buffer.interpolated(to: gradient, weight: (1 - momentum).asTensor()), into: buffer)
        let direction = nesterov ? try gradient.interpolated(to: buffer, weight: momentum.asTensor()) : buffer
        // In bfloat16, as the original.
        var x = try direction.to(.bfloat16)
        if rows > columns { x = try x.matrixTransposed() }
        x = try x / x.vectorNorm().clamped(min: s[8])
        for _ in 0..<iterations {
            let gram = try x.matmul(x.matrixTransposed())
            let change = try gram.addingMatrixProduct(gram, gram, beta: b, alpha: c)
            x = try x.addingMatrixProduct(change, x, beta: a)
        }
        if rows > columns { x = try x.matrixTransposed() }
        let (height, width) = (Double(rows), Double(columns))
        let adjusted = s[10] != 0 ? 0.2 * Swift.max(height, width).squareRoot() : Swift.max(1, height / width).squareRoot()
        try p.multiplyInPlace(by: (1 - rate * decay).asTensor())
        try p.addInPlace(x.to(p.dtype), alpha: -rate * adjusted)
    }
}
