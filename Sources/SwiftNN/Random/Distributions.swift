// How the words of the engine become numbers. Each rule, the order of the draws included, is that of PyTorch's CPU
// kernels on x86-64 with AVX2, because only then a seed means the same in both libraries.

extension Generator {
    /// Fills with uniform numbers of [from, to): 24 random bits each, one 32-bit draw.
    ///
    /// The caller has checked that `from <= to` and that `to - from` is finite in single precision.
    func fillUniform(_ p: UnsafeMutablePointer<Float>, count: Int, from: Double, to: Double) {
        guard count > 0 else { return }
        let low = Float(from)
        let high = Float(to)
        withState { state in
            state.engine.fillUnit(p, count: count)
        }
        if low == 0 && high == 1 { return }
        let range = high - low
        for index in 0..<count {
            let value = ExactSums.fused(p[index], range, low)
            // Rounding can reach the upper bound, which does not belong to the interval.
            p[index] = value == high ? low : value
        }
    }

    /// Fills with uniform numbers of [from, to): 53 random bits each, two 32-bit draws.
    ///
    /// The caller has checked that `from <= to` and that `to - from` is finite.
    func fillUniform(_ p: UnsafeMutablePointer<Double>, count: Int, from: Double, to: Double) {
        guard count > 0 else { return }
        withState { state in
            state.engine.fillUnit(p, count: count)
        }
        if from == 0 && to == 1 { return }
        let range = to - from
        for index in 0..<count {
            let value = from.addingProduct(p[index], range)
            p[index] = value == to ? from : value
        }
    }

    /// Fills with normal numbers of the given mean and standard deviation.
    ///
    /// From 16 elements on, blocks of 16 uniform numbers are transformed in place; a ragged tail is drawn anew
    /// together with the elements before it that make up a block. Fewer elements are made one by one in double
    /// precision, and the second number of a pair is kept for the next such call.
    ///
    /// - Parameter drawsBlocks: as for float16 and bfloat16, whose uniform numbers are drawn for whole blocks only.
    func fillNormal(
        _ p: UnsafeMutablePointer<Float>, count: Int, mean: Double, std: Double, drawsBlocks: Bool = false
    ) {
        guard count > 0 else { return }
        let block = BoxMuller.block
        guard count >= block else {
            withState { state in
                for index in 0..<count { p[index] = Float(mean.addingProduct(state.nextNormal(), std)) }
            }
            return
        }
        let tail = p + (count - block)
        let floatMean = Float(mean)
        let floatStd = Float(std)
        withState { state in
            state.engine.fillUnit(p, count: drawsBlocks ? count - count % block : count)
            for start in stride(from: 0, through: count - block, by: block) {
                BoxMuller.transform(p + start, mean: floatMean, std: floatStd)
            }
            if count % block != 0 {
                state.engine.fillUnit(tail, count: block)
                BoxMuller.transform(tail, mean: floatMean, std: floatStd)
            }
        }
    }

    /// The same in double precision throughout.
    func fillNormal(_ p: UnsafeMutablePointer<Double>, count: Int, mean: Double, std: Double) {
        guard count > 0 else { return }
        let block = BoxMuller.block
        guard count >= block else {
            withState { state in
                for index in 0..<count { p[index] = mean.addingProduct(state.nextNormal(), std) }
            }
            return
        }
        let tail = p + (count - block)
        withState { state in
            state.engine.fillUnit(p, count: count)
            for start in stride(from: 0, through: count - block, by: block) {
                BoxMuller.transform(p + start, mean: mean, std: std)
            }
            if count % block != 0 {
                state.engine.fillUnit(tail, count: block)
                BoxMuller.transform(tail, mean: mean, std: std)
            }
        }
    }

    /// Fills with integers of [low, high).
    ///
    /// The caller has checked that `low < high`; an empty interval gives `low`.
    func fillIntegers(_ p: UnsafeMutablePointer<Int64>, count: Int, low: Int64, high: Int64) {
        guard low < high else {
            if count > 0 { p.update(repeating: low, count: count) }
            return
        }
        // As unsigned numbers, because the width of the interval may not fit in Int64.
        fillIntegers(p, count: count, from: low, width: UInt64(bitPattern: high &- low))
    }

    /// Fills with `width` integers from `low` on: the remainder of one 32-bit draw, or of a 64-bit draw when there are
    /// 2²⁸ numbers or more. A width of 0 stands for all 64 bits.
    func fillIntegers(_ p: UnsafeMutablePointer<Int64>, count: Int, from low: Int64, width: UInt64) {
        guard count > 0 else { return }
        withState { state in
            if width == 0 {
                for index in 0..<count { p[index] = Int64(bitPattern: state.engine.next64()) }
            } else if width >= 1 << 28 {
                for index in 0..<count {
                    p[index] = low &+ Int64(bitPattern: state.engine.next64() % width)
                }
            } else {
                let narrow = UInt32(truncatingIfNeeded: width)
                for index in 0..<count {
                    p[index] = low &+ Int64(state.engine.next32() % narrow)
                }
            }
        }
    }

    /// Fills with a random order of 0 ..< count.
    func fillPermutation(_ p: UnsafeMutablePointer<Int64>, count: Int) {
        guard count > 0 else { return }
        withState { state in
            // Beyond this length the remainder of a 32-bit draw would favour some orders noticeably.
            if count < Int(UInt32.max / 20) {
                for index in 0..<count { p[index] = Int64(index) }
                for index in 0..<(count - 1) {
                    let other = index &+ Int(state.engine.next32() % UInt32(truncatingIfNeeded: count &- index))
                    let value = p[index]
                    p[index] = p[other]
                    p[other] = value
                }
            } else {
                for index in 0..<count {
                    let other = Int(truncatingIfNeeded: state.engine.next64() % UInt64(index &+ 1))
                    p[index] = Int64(index)
                    p[index] = p[other]
                    p[other] = Int64(index)
                }
            }
        }
    }

    /// Fills with 1 at the given probability and 0 otherwise: a uniform double (two 32-bit draws) for each element,
    /// compared with the probability.
    ///
    /// That is PyTorch's portable kernel, which it uses for a tensor of probabilities, and for a single one on every
    /// CPU but Intel's. There its builds with the Intel Math Kernel Library use a stream of that library instead, and
    /// then both these numbers and the draws that follow differ.
    func fillBernoulli(_ p: UnsafeMutablePointer<Float>, count: Int, probability: Double) {
        guard count > 0 else { return }
        withState { state in
            for index in 0..<count { p[index] = state.engine.nextUnit() < probability ? 1 : 0 }
        }
    }

    /// The same numbers in double precision.
    func fillBernoulli(_ p: UnsafeMutablePointer<Double>, count: Int, probability: Double) {
        guard count > 0 else { return }
        withState { state in
            for index in 0..<count { p[index] = state.engine.nextUnit() < probability ? 1 : 0 }
        }
    }
}

extension GeneratorState {
    /// A standard normal number: the one left from the last pair, or the first of a new pair.
    mutating func nextNormal() -> Double {
        if let value = nextDoubleNormal {
            nextDoubleNormal = nil
            return value
        }
        let u1 = engine.nextUnit()
        let u2 = engine.nextUnit()
        let (now, later) = BoxMuller.pair(u1, u2)
        nextDoubleNormal = later
        return now
    }
}

extension MersenneTwister {
    /// A uniform double of [0, 1) with 53 random bits.
    @inline(__always)
    mutating func nextUnit() -> Double {
        Double(Int64(bitPattern: next64() & 0x001f_ffff_ffff_ffff)) * 0x1p-53
    }

    mutating func fillUnit(_ p: UnsafeMutablePointer<Float>, count: Int) {
        var done = 0
        while done < count {
            let words = take(count - done)
            guard let source = words.baseAddress else { return }
            let target = p + done
            for index in 0..<words.count {
                // Through a signed integer, for which SSE2 has a vector conversion.
                let bits = Int32(bitPattern: Self.tempered(source[index]) & 0x00ff_ffff)
                target[index] = Float(bits) * 0x1p-24
            }
            done &+= words.count
        }
    }

    mutating func fillUnit(_ p: UnsafeMutablePointer<Double>, count: Int) {
        for index in 0..<count { p[index] = nextUnit() }
    }
}
