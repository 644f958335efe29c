/// The walk of an elementwise kernel over operands of the same sizes and different strides.
///
/// Dimensions that lie one after the other in every operand are joined, so that contiguous operands are one run. The
/// last dimension is the run that a kernel does by itself; the others are counted through here.
struct StridedLoop {
    private var sizes = Dims()
    /// Of each operand, in bytes.
    private var strides: (Dims, Dims, Dims, Dims) = (Dims(), Dims(), Dims(), Dims())
    private let isEmpty: Bool

    /// Elements in one run.
    let runLength: Int
    /// Below this the calls cost more than the elements that lie apart in a longer run.
    private static let shortRun = 8

    /// - Parameters:
    ///   - strides: in bytes, for each operand; an operand that is not there has no strides.
    ///   - anyOrder: whether the elements may be visited in another order than the row-major one, for longer runs.
    init(_ all: Dims, _ a: Dims, _ b: Dims, _ c: Dims = Dims(), _ d: Dims = Dims(), anyOrder: Bool = false) {
        var joined = Dims()
        var sa = Dims(), sb = Dims(), sc = Dims(), sd = Dims()
        var empty = false
        for i in 0..<all.count {
            let size = all[i]
            if size == 0 { empty = true }
            if size == 1 { continue }
            let (ta, tb, tc, td) = (a[i], b[i], c[i], d[i])
            let last = joined.count - 1
            if last >= 0, sa[last] == size &* ta, sb[last] == size &* tb, sc[last] == size &* tc, sd[last] == size &* td {
                joined[last] &*= size
                sa[last] = ta
                sb[last] = tb
                sc[last] = tc
                sd[last] = td
            } else {
                joined.append(size)
                sa.append(ta)
                sb.append(tb)
                sc.append(tc)
                sd.append(td)
            }
        }
        isEmpty = empty
        let last = joined.count - 1
        if anyOrder && last > 0 && joined[last] < StridedLoop.shortRun {
            var longest = last
            for i in 0..<last where joined[i] > joined[longest] { longest = i }
            joined.swap(longest, last)
            sa.swap(longest, last)
            sb.swap(longest, last)
            sc.swap(longest, last)
            sd.swap(longest, last)
        }
        if last >= 0 {
            runLength = joined[last]
            runStrides = (sa[last], sb[last], sc[last], sd[last])
            joined.removeLast()
        } else {
            runLength = 1
            runStrides = (0, 0, 0, 0)
        }
        sizes = joined
        strides = (sa, sb, sc, sd)
    }

    /// The strides within a run, in bytes.
    let runStrides: (Int, Int, Int, Int)

    /// Whether there is one run, at offset 0.
    var isOneRun: Bool { !isEmpty && sizes.count == 0 }

    /// Calls `body` with the byte offsets of each operand, once for each run.
    @inline(__always)
    func forEachRun(_ body: (Int, Int, Int, Int) -> Void) {
        if isEmpty { return }
        var index = Dims(repeating: 0, count: sizes.count)
        var (a, b, c, d) = (0, 0, 0, 0)
        while true {
            body(a, b, c, d)
            var i = sizes.count - 1
            while i >= 0 {
                index[i] &+= 1
                a &+= strides.0[i]
                b &+= strides.1[i]
                c &+= strides.2[i]
                d &+= strides.3[i]
                if index[i] < sizes[i] { break }
                a &-= strides.0[i] &* sizes[i]
                b &-= strides.1[i] &* sizes[i]
                c &-= strides.2[i] &* sizes[i]
                d &-= strides.3[i] &* sizes[i]
                index[i] = 0
                i -= 1
            }
            if i < 0 { return }
        }
    }
}

extension Tensor {
    /// The strides in bytes for a walk over `target`, 0 where this tensor is broadcast.
    @inline(__always)
    func byteStrides(broadcastTo target: Dims) -> Dims {
        var result = Dims()
        let shift = target.count - sizes.count
        let width = dtype.size
        for i in 0..<target.count {
            let own = i - shift
            result.append(own < 0 || (sizes[own] == 1 && target[i] != 1) ? 0 : strides[own] &* width)
        }
        return result
    }
}

/// The sizes that operands have after broadcasting.
///
/// - Throws: where two sizes of a dimension differ and neither is 1.
@inline(__always)
func broadcastSizes(_ a: Dims, _ b: Dims, _ operation: StaticString) throws(TensorError) -> Dims {
    if a == b { return a }
    return try broadcastDifferent(a, b, operation)
}

private func broadcastDifferent(_ a: Dims, _ b: Dims, _ operation: StaticString) throws(TensorError) -> Dims {
    let rank = Swift.max(a.count, b.count)
    var result = Dims(repeating: 1, count: rank)
    for i in 0..<rank {
        let x = i - (rank - a.count), y = i - (rank - b.count)
        let sx = x < 0 ? 1 : a[x], sy = y < 0 ? 1 : b[y]
        if sx == sy || sy == 1 {
            result[i] = sx
        } else if sx == 1 {
            result[i] = sy
        } else {
            throw TensorError(.runtime, operation.description,
                "shapes \(a) and \(b) cannot be broadcast: size \(sx) against \(sy) in dimension \(i)")
        }
    }
    return result
}
