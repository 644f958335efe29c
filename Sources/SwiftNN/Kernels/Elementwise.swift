import CKernels

/// Elementwise kernels over tensors: strides, broadcasting and the choice of the loop for a dtype.
///
/// Operands already have the dtype that the operator computes in; `output` has the broadcast sizes and any strides.
/// float16 and bfloat16 go through the loops for float32.
enum Elementwise {
    @inline(__always)
    static func unary(
        _ op: ck_unary, _ x: Tensor, into output: Tensor, _ operation: StaticString
    ) throws(TensorError) {
        guard let loop = ck_unary_lookup(op, x.dtype.kernel) else { return try widened(op, x, output, operation) }
        run(loop, x, output)
    }

    /// float16 and bfloat16 by the loop for float32, piece by piece.
    private static func widened(
        _ op: ck_unary, _ x: Tensor, _ output: Tensor, _ operation: StaticString
    ) throws(TensorError) {
        guard x.dtype.isReducedPrecision, let loop = ck_unary_lookup(op, .CK_FLOAT32) else {
            throw unsupported(operation, x.dtype)
        }
        let (from, to) = (x.dtype.kernel, output.dtype.kernel)
        forEachRun(x, output) { n, source, xs, target, os in ck_unary_widened(loop, n, from, source, xs, to, target, os) }
    }

    static func run(_ loop: ck_unary_loop, _ x: Tensor, _ output: Tensor) {
        forEachRun(x, output) { n, source, xs, target, os in loop(n, source, xs, target, os) }
    }

    /// Calls `body` with a count, and for each operand the address and stride of a run.
    @inline(__always)
    private static func forEachRun(
        _ x: Tensor, _ output: Tensor,
        _ body: (Int64, UnsafeMutableRawPointer, Int64, UnsafeMutableRawPointer, Int64) -> Void
    ) {
        if x.isContiguous && output.isContiguous && x.count == output.count {
            body(Int64(output.count), x.data, 1, output.data, 1)
            return
        }
        let plan = StridedLoop(
            output.sizes, x.byteStrides(broadcastTo: output.sizes), output.byteStrides(broadcastTo: output.sizes), anyOrder: true)
        let (source, target) = (x.data, output.data)
        let n = Int64(plan.runLength)
        let xs = Int64(plan.runStrides.0 / x.dtype.size), os = Int64(plan.runStrides.1 / output.dtype.size)
        plan.forEachRun { a, b, _, _ in body(n, source + a, xs, target + b, os) }
    }

    @inline(__always)
    static func binary(
        _ op: ck_binary, _ a: Tensor, _ b: Tensor, into output: Tensor, _ operation: StaticString
    ) throws(TensorError) {
        if a.dtype.isReducedPrecision || b.dtype.isReducedPrecision { return try widened(op, a, b, output, operation) }
        guard let loop = ck_binary_lookup(op, a.dtype.kernel) else { throw unsupported(operation, a.dtype) }
        run(loop, a, b, output)
    }

    /// float16 and bfloat16 by the loop for float32, piece by piece. One of the operands may be float32.
    private static func widened(
        _ op: ck_binary, _ a: Tensor, _ b: Tensor, _ output: Tensor, _ operation: StaticString
    ) throws(TensorError) {
        guard let loop = ck_binary_lookup(op, .CK_FLOAT32) else { throw unsupported(operation, a.dtype) }
        let (left, right, to) = (a.dtype.kernel, b.dtype.kernel, output.dtype.kernel)
        forEachRun(a, b, output) { n, pa, sa, pb, sb, po, so in
            ck_binary_widened(loop, n, left, pa, sa, right, pb, sb, to, po, so)
        }
    }

    static func run(_ loop: ck_binary_loop, _ a: Tensor, _ b: Tensor, _ output: Tensor) {
        forEachRun(a, b, output) { n, pa, sa, pb, sb, po, so in loop(n, pa, sa, pb, sb, po, so) }
    }

    @inline(__always)
    private static func forEachRun(
        _ a: Tensor, _ b: Tensor, _ output: Tensor,
        _ body: (
            Int64, UnsafeMutableRawPointer, Int64, UnsafeMutableRawPointer, Int64, UnsafeMutableRawPointer, Int64
        ) -> Void
    ) {
        let n = output.count
        if a.isContiguous && b.isContiguous && output.isContiguous {
            // An operand of one element is a run of stride 0.
            if (a.count == n || a.count == 1) && (b.count == n || b.count == 1) {
                body(Int64(n), a.data, a.count == n ? 1 : 0, b.data, b.count == n ? 1 : 0, output.data, 1)
                return
            }
        }
        let sizes = output.sizes
        let plan = StridedLoop(
            sizes, a.byteStrides(broadcastTo: sizes), b.byteStrides(broadcastTo: sizes),
            output.byteStrides(broadcastTo: sizes), anyOrder: true)
        let (pa, pb, po) = (a.data, b.data, output.data)
        let sa = Int64(plan.runStrides.0 / a.dtype.size), sb = Int64(plan.runStrides.1 / b.dtype.size)
        let so = Int64(plan.runStrides.2 / output.dtype.size)
        let length = Int64(plan.runLength)
        plan.forEachRun { x, y, z, _ in body(length, pa + x, sa, pb + y, sb, po + z, so) }
    }

    /// a + alpha b, for the dtypes that have a product; the integers' alpha is a whole number.
    static func addScaled(_ a: Tensor, _ b: Tensor, _ alpha: Double, into output: Tensor) {
        let dtype = output.dtype.kernel
        if output.dtype.isFloatingPoint {
            forEachRun(a, b, output) { n, pa, sa, pb, sb, po, so in ck_add_scaled(dtype, n, pa, sa, pb, sb, alpha, po, so) }
        } else {
            let factor = Int64(exactly: alpha) ?? 0
            forEachRun(a, b, output) { n, pa, sa, pb, sb, po, so in
                ck_add_scaled_int(dtype, n, pa, sa, pb, sb, factor, po, so)
            }
        }
    }

    /// `op` of three operands in the dtype of the output; integers have whole factors.
    static func ternary(_ op: ck_ternary, _ a: Tensor, _ b: Tensor, _ c: Tensor, _ factor: Double, into output: Tensor) {
        let dtype = output.dtype.kernel, width = output.dtype.size
        let whole = Int64(exactly: factor) ?? 0
        let sizes = output.sizes
        let plan = StridedLoop(
            sizes, a.byteStrides(broadcastTo: sizes), b.byteStrides(broadcastTo: sizes), c.byteStrides(broadcastTo: sizes),
            output.byteStrides(broadcastTo: sizes), anyOrder: true)
        let (pa, pb, pc, po) = (a.data, b.data, c.data, output.data)
        let (sa, sb) = (Int64(plan.runStrides.0 / width), Int64(plan.runStrides.1 / width))
        let (sc, so) = (Int64(plan.runStrides.2 / width), Int64(plan.runStrides.3 / width))
        let length = Int64(plan.runLength)
        plan.forEachRun { x, y, z, w in
            ck_ternary_run(op, dtype, length, pa + x, sa, pb + y, sb, pc + z, sc, factor, whole, po + w, so)
        }
    }

    /// x, with numbers, of its dtype, in place of NaN and the infinities; float32 or float64.
    static func replaceNonFinite(_ x: Tensor, _ nan: Tensor, _ high: Tensor, _ low: Tensor, into output: Tensor) {
        let dtype = x.dtype.kernel
        forEachRun(x, output) { n, source, xs, target, os in
            ck_nan_to_num(dtype, n, source, xs, target, os, nan.data, high.data, low.data)
        }
    }

    /// x within the limits, each an element of its dtype or nil.
    static func clamp(_ x: Tensor, _ min: Tensor?, _ max: Tensor?, into output: Tensor) {
        let dtype = x.dtype.kernel
        forEachRun(x, output) { n, source, xs, target, os in
            ck_clamp(dtype, n, source, xs, target, os, min?.data, max?.data)
        }
    }

    /// An activation function; `parameters` are those that the kernel's documentation names.
    static func activate(_ op: ck_activation, _ parameters: ActivationParameters, _ x: Tensor, into output: Tensor) {
        let dtype = x.dtype.kernel
        parameters.withPointer { p in
            forEachRun(x, output) { n, source, xs, target, os in ck_activate(op, dtype, n, source, xs, target, os, p) }
        }
    }

    /// A gradient times the slope of an activation function at x.
    static func activationGradient(
        _ op: ck_activation, _ parameters: ActivationParameters, _ g: Tensor, _ x: Tensor, into output: Tensor
    ) {
        let dtype = x.dtype.kernel
        parameters.withPointer { p in
            forEachRun(g, x, output) { n, pg, sg, px, sx, po, so in ck_activate_grad(op, dtype, n, pg, sg, px, sx, po, so, p) }
        }
    }

    /// condition ? a : b.
    static func select(_ condition: Tensor, _ a: Tensor, _ b: Tensor, into output: Tensor) {
        let loop = ck_where_lookup(Int32(output.dtype.size))!
        let sizes = output.sizes
        let plan = StridedLoop(
            sizes, condition.byteStrides(broadcastTo: sizes), a.byteStrides(broadcastTo: sizes),
            b.byteStrides(broadcastTo: sizes), output.byteStrides(broadcastTo: sizes), anyOrder: true)
        let (pc, pa, pb, po) = (condition.data, a.data, b.data, output.data)
        let width = output.dtype.size
        let (sc, sa) = (Int64(plan.runStrides.0), Int64(plan.runStrides.1 / width))
        let (sb, so) = (Int64(plan.runStrides.2 / width), Int64(plan.runStrides.3 / width))
        let length = Int64(plan.runLength)
        plan.forEachRun { w, x, y, z in loop(length, pc + w, sc, pa + x, sa, pb + y, sb, po + z, so) }
    }

    /// Copies with conversion; the memory of the two must not overlap.
    static func convert(_ x: Tensor, into output: Tensor) {
        run(ck_cast_lookup(x.dtype.kernel, output.dtype.kernel)!, x, output)
    }

    /// Writes one value, given in the output's dtype, everywhere.
    static func fill(_ output: Tensor, with value: UnsafeRawPointer) {
        let width = Int32(output.dtype.size)
        if output.isContiguous {
            ck_fill(width, Int64(output.count), output.data, 1, value)
            return
        }
        let plan = StridedLoop(
            output.sizes, output.byteStrides(broadcastTo: output.sizes), Dims(repeating: 0, count: output.rank), anyOrder: true)
        let (target, length) = (output.data, Int64(plan.runLength))
        let stride = Int64(plan.runStrides.0 / output.dtype.size)
        plan.forEachRun { a, _, _, _ in ck_fill(width, length, target + a, stride, value) }
    }

    static func unsupported(_ operation: StaticString, _ dtype: DType) -> TensorError {
        TensorError(.unsupported, operation.description, "not defined for \(dtype)")
    }
}

/// The parameters a, b and c of an activation function.
struct ActivationParameters {
    var a = 0.0, b = 0.0, c = 0.0

    func withPointer(_ body: (UnsafePointer<Double>) -> Void) {
        withUnsafeTemporaryAllocation(of: Double.self, capacity: 3) { buffer in
            buffer[0] = a
            buffer[1] = b
            buffer[2] = c
            body(buffer.baseAddress!)
        }
    }
}

extension DType {
    /// The same type in the kernels' tables.
    @inline(__always)
    var kernel: ck_dtype {
        switch self {
        case .float32: .CK_FLOAT32
        case .float64: .CK_FLOAT64
        case .int64: .CK_INT64
        case .int32: .CK_INT32
        case .int16: .CK_INT16
        case .int8: .CK_INT8
        case .uint8: .CK_UINT8
        case .bool: .CK_BOOL
        case .float16: .CK_FLOAT16
        case .bfloat16: .CK_BFLOAT16
        }
    }
}
