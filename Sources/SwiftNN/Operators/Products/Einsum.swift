// Sums of products over named dimensions. Everything comes down to stacks of matrix products.

extension Tensor {
    // MARK: tensordot

    /// The sum of products over `dims` of this tensor and `otherDims` of the other, pair by pair; what is left of the two
    /// follows one another. A dimension of size 1 stands against any other.
    public func contracted(with other: Tensor, over dims: [Int], and otherDims: [Int]) throws(TensorError) -> Tensor {
        try contraction(with: other, dims, otherDims, "tensordot")
    }

    /// The sum of products over the last `count` dimensions of this tensor and the first of the other.
    public func contracted(with other: Tensor, over count: Int) throws(TensorError) -> Tensor {
        if count < 0 || count > rank || count > other.rank {
            throw TensorError(.runtime, "tensordot", "expected to contract between 0 and \(Swift.min(rank, other.rank)) dimensions, not \(count)")
        }
        return try contraction(with: other, Array((rank - count)..<rank), Array(0..<count), "tensordot")
    }

    func contraction(
        with other: Tensor, _ dims: [Int], _ otherDims: [Int], _ operation: StaticString
    ) throws(TensorError) -> Tensor {
        try MatrixProduct.check(self, other, operation)
        if dims.count != otherDims.count {
            throw TensorError(.runtime, operation.description, "as many dimensions of both are expected, got \(dims) and \(otherDims)")
        }
        var (a, b) = (self, other)
        func axes(_ tensor: Tensor, _ dims: [Int]) throws(TensorError) -> [Int] {
            var axes: [Int] = []
            for dim in dims {
                let axis = try checkedDimension(dim, rank: tensor.rank, operation: operation.description)
                if axes.contains(axis) || tensor.rank == 0 {
                    throw TensorError(.runtime, operation.description, "dimension \(dim) appears more than once in \(dims)")
                }
                axes.append(axis)
            }
            return axes
        }
        let (first, second) = (try axes(a, dims), try axes(b, otherDims))
        for (i, j) in zip(first, second) where a.sizes[i] != b.sizes[j] {
            // What is broadcast can be summed beforehand.
            if b.sizes[j] == 1 {
                a = try a.sum([i], keepDims: true, dtype: dtype)
            } else if a.sizes[i] == 1 {
                b = try b.sum([j], keepDims: true, dtype: dtype)
            } else {
                throw TensorError(.runtime, operation.description,
                    "contracted dimensions need to match: \(a.sizes[i]) of \(sizes) against \(b.sizes[j]) of \(other.sizes)")
            }
        }
        let left = (0..<a.rank).filter { !first.contains($0) }, right = (0..<b.rank).filter { !second.contains($0) }
        let shape = try Dims(left.map { a.sizes[$0] } + right.map { b.sizes[$0] }, operation: operation.description)
        let inner = first.reduce(1) { $0 &* a.sizes[$1] }
        let rows = left.reduce(1) { $0 &* a.sizes[$1] }, columns = right.reduce(1) { $0 &* b.sizes[$1] }
        let product = try a.permuted(left + first).reshaped([rows, inner] as Dims)
            .product(b.permuted(second + right).reshaped([inner, columns] as Dims), operation)
        return try product.reshaped(shape)
    }

    // MARK: einsum

    /// The sum of products of the operands' elements by Einstein's convention: `"ij,jk->ik"` is the matrix product.
    ///
    /// A letter names a dimension of each operand; `...` stands for any number of them, which are broadcast. A letter that
    /// appears twice in one operand takes its diagonal. Without `->` the letters that appear once remain, in alphabetical order.
    ///
    /// - Throws: for an equation that is none, or does not fit the operands.
    public static func einsum(_ equation: String, _ operands: Tensor...) throws(TensorError) -> Tensor {
        try einsum(equation, operands)
    }

    public static func einsum(_ equation: String, _ operands: [Tensor]) throws(TensorError) -> Tensor {
        for operand in operands { try operand.requireInitialized("einsum") }
        if operands.count > 1, let first = operands.first, first.dtype.isReducedPrecision, operands.allSatisfy({ $0.dtype == first.dtype }) {
            // Rounded once, not after each product.
            var wide: [Tensor] = []
            for operand in operands { wide.append(try operand.to(first.dtype.computeType)) }
            return try einsum(equation, wide).to(first.dtype)
        }
        let parsed = try Equation(equation, operands)
        var terms: [Term] = []
        for (operand, labels) in zip(operands, parsed.inputs) { terms.append(try Term(operand, labels, equation)) }
        try Equation.checkSizes(terms, equation)
        if terms.count == 1 {
            // Integers are summed as sum() does.
            let dropped = terms[0].labels.indices.filter { !parsed.output.contains(terms[0].labels[$0]) }
            if !dropped.isEmpty {
                let kept = terms[0].labels.filter { parsed.output.contains($0) }
                terms[0] = Term(tensor: try terms[0].tensor.sum(dropped), labels: kept)
            }
        }
        while terms.count > 1 {
            let (i, j) = Term.cheapest(terms, parsed.output)
            let (b, a) = (terms.remove(at: j), terms.remove(at: i))
            let needed = Set(parsed.output).union(terms.flatMap { $0.labels })
            // In the place of the first: the order of the operands decides among equal costs.
            terms.insert(try a.product(b, keeping: needed), at: i)
        }
        let last = terms[0]
        return try last.tensor.permuted(parsed.output.map { last.labels.firstIndex(of: $0) ?? 0 })
    }
}

/// The labels of the operands and of the result. The letters are numbered from 0; a dimension that `...` stands for has the
/// number `ellipsis` and its distance from the last of them.
private struct Equation {
    var inputs: [[Int]] = []
    var output: [Int] = []
    static let ellipsis = 64

    /// A letter, or nil for `...`.
    private static func symbols(_ text: Substring.UTF8View, _ equation: String) throws(TensorError) -> [Int?] {
        var result: [Int?] = []
        var dots = 0
        for byte in text {
            if byte == UInt8(ascii: ".") {
                dots += 1
                if dots == 3 { result.append(nil) }
                if dots > 3 { throw error(equation, "an ellipsis may appear once, as three dots") }
                continue
            }
            if dots % 3 != 0 { throw error(equation, "found '.' that is not part of an ellipsis") }
            switch byte {
            case UInt8(ascii: " "): continue
            case UInt8(ascii: "A")...UInt8(ascii: "Z"): result.append(Int(byte - UInt8(ascii: "A")))
            case UInt8(ascii: "a")...UInt8(ascii: "z"): result.append(26 + Int(byte - UInt8(ascii: "a")))
            default:
                throw error(equation, "subscripts must be letters in [a-zA-Z], got '\(Character(UnicodeScalar(byte)))'")
            }
        }
        if dots % 3 != 0 { throw error(equation, "found '.' that is not part of an ellipsis") }
        return result
    }

    static func error(_ equation: String, _ detail: String) -> TensorError {
        TensorError(.runtime, "einsum", "\(detail) in '\(equation)'")
    }

    /// The name of a label in messages.
    static func name(_ label: Int) -> String {
        label >= ellipsis ? "..." : String(UnicodeScalar(UInt8(label < 26 ? 65 + label : 71 + label)))
    }

    init(_ equation: String, _ operands: [Tensor]) throws(TensorError) {
        let sides = Equation.split(equation)
        if sides.count > 2 { throw Equation.error(equation, "there is more than one '->'") }
        let parts = sides[0].split(separator: ",", omittingEmptySubsequences: false)
        if parts.count != operands.count || operands.isEmpty {
            throw Equation.error(equation, "\(parts.count) operands are named, \(operands.count) given")
        }
        var dots = 0, hasDots = false
        for (index, (part, operand)) in zip(parts, operands).enumerated() {
            let symbols = try Equation.symbols(part.utf8, equation)
            let letters = symbols.count { $0 != nil }
            let open = symbols.count > letters
            if open ? letters > operand.rank : letters != operand.rank {
                throw Equation.error(equation,
                    "operand \(index) has \(operand.rank) dimensions, of shape \(operand.sizes), but \(letters) subscripts\(open ? " and an ellipsis" : "")")
            }
            let covered = operand.rank - letters
            if open { (dots, hasDots) = (Swift.max(dots, covered), true) }
            var labels: [Int] = []
            for symbol in symbols {
                if let symbol { labels.append(symbol) } else { labels += Equation.dotted(covered) }
            }
            inputs.append(labels)
        }
        if sides.count == 2 {
            for symbol in try Equation.symbols(sides[1].utf8, equation) {
                guard let symbol else {
                    output += Equation.dotted(dots)
                    continue
                }
                if output.contains(symbol) { throw Equation.error(equation, "the output has subscript \(Equation.name(symbol)) twice") }
                if !inputs.contains(where: { $0.contains(symbol) }) {
                    throw Equation.error(equation, "the output's subscript \(Equation.name(symbol)) is of none of the operands")
                }
                output.append(symbol)
            }
        } else {
            let all = inputs.flatMap { $0 }.filter { $0 < Equation.ellipsis }
            output = (hasDots ? Equation.dotted(dots) : []) + (0..<52).filter { label in all.count { $0 == label } == 1 }
        }
        if output.count > Dims.capacity {
            throw Equation.error(equation, "a tensor has at most \(Dims.capacity) dimensions, the output \(output.count)")
        }
    }

    private static func dotted(_ count: Int) -> [Int] { (0..<count).reversed().map { ellipsis + $0 } }

    private static func split(_ equation: String) -> [Substring] {
        let bytes = equation.utf8
        var parts: [Substring] = []
        var start = bytes.startIndex, at = start
        while at < bytes.endIndex {
            let next = bytes.index(after: at)
            if bytes[at] == UInt8(ascii: "-"), next < bytes.endIndex, bytes[next] == UInt8(ascii: ">") {
                parts.append(equation[start..<at])
                start = bytes.index(after: next)
                at = start
            } else {
                at = next
            }
        }
        parts.append(equation[start...])
        return parts
    }

    static func checkSizes(_ terms: [Term], _ equation: String) throws(TensorError) {
        var known: [Int: Int] = [:]
        for term in terms {
            for (label, size) in zip(term.labels, term.tensor.shape) where size != 1 {
                if let other = known[label], other != size {
                    throw error(equation, "subscript \(name(label)) stands for sizes \(other) and \(size)")
                }
                known[label] = size
            }
        }
    }
}

/// An operand with the labels of its dimensions, each once.
private struct Term {
    let tensor: Tensor
    let labels: [Int]

    init(tensor: Tensor, labels: [Int]) {
        self.tensor = tensor
        self.labels = labels
    }

    /// An operand, of which labels that appear twice take the diagonal.
    init(_ operand: Tensor, _ given: [Int], _ equation: String) throws(TensorError) {
        var tensor = operand, labels = given
        var i = 0
        while i < labels.count {
            while let j = labels[(i + 1)...].firstIndex(of: labels[i]) {
                if tensor.sizes[i] != tensor.sizes[j] {
                    throw Equation.error(equation,
                        "subscript \(Equation.name(labels[i])) is repeated for sizes \(tensor.sizes[i]) and \(tensor.sizes[j])")
                }
                tensor = try tensor.diagonal(dim1: i, dim2: j)
                let label = labels[i]
                labels.remove(at: j)
                labels.remove(at: i)
                labels.append(label)
                // The diagonal went to the end; what stands here now is another dimension.
                i = 0
            }
            i += 1
        }
        self.init(tensor: tensor, labels: labels)
    }

    private func size(_ label: Int) -> Int { labels.firstIndex(of: label).map { tensor.sizes[$0] } ?? 1 }

    /// The two whose product adds least to what has to be kept; the first of equal ones.
    static func cheapest(_ terms: [Term], _ output: [Int]) -> (Int, Int) {
        // Many operands are taken in order: looking at all pairs each time would cost more than it saves.
        if terms.count == 2 || terms.count > 24 { return (0, 1) }
        var uses: [Int: Int] = [:]
        for label in output { uses[label, default: 0] += 1 }
        for term in terms { for label in term.labels { uses[label, default: 0] += 1 } }
        var best = (0, 1), least = Double.infinity
        for i in terms.indices {
            for j in terms.indices where j > i {
                let (a, b) = (terms[i], terms[j])
                var result = 1.0
                for label in Set(a.labels).union(b.labels) {
                    let own = (a.labels.contains(label) ? 1 : 0) + (b.labels.contains(label) ? 1 : 0)
                    if uses[label, default: 0] > own { result *= Double(Swift.max(a.size(label), b.size(label))) }
                }
                let growth = result - Double(a.tensor.count) - Double(b.tensor.count)
                if growth < least { (best, least) = ((i, j), growth) }
            }
        }
        return best
    }

    /// Without the dimensions of those labels, summed.
    private func summed(_ dropped: [Int]) throws(TensorError) -> Term {
        if dropped.isEmpty { return self }
        return Term(
            tensor: try tensor.sum(dropped.compactMap { labels.firstIndex(of: $0) }, dtype: tensor.dtype),
            labels: labels.filter { !dropped.contains($0) })
    }

    /// The dimensions in the order of these labels, with size 1 for those that are not the term's.
    private func arranged(_ order: [Int]) throws(TensorError) -> Tensor {
        let own = order.filter { labels.contains($0) }
        let result = try tensor.permuted(own.map { labels.firstIndex(of: $0) ?? 0 })
        return own.count == order.count ? result : try result.reshaped(order.map { size($0) })
    }

    /// The product, summed over the labels that are not kept.
    func product(_ other: Term, keeping needed: Set<Int>) throws(TensorError) -> Term {
        var (a, b) = (self, other)
        // A dimension of size 1 against another is broadcast: as good as not there.
        let narrow = a.labels.filter { b.labels.contains($0) && a.size($0) == 1 && b.size($0) != 1 }
        let narrowOther = b.labels.filter { a.labels.contains($0) && b.size($0) == 1 && a.size($0) != 1 }
        a = try a.summed(narrow + a.labels.filter { !b.labels.contains($0) && !needed.contains($0) })
        b = try b.summed(narrowOther + b.labels.filter { !self.labels.contains($0) && !needed.contains($0) })
        a = try a.summed(a.labels.filter { !b.labels.contains($0) && !needed.contains($0) })
        b = try b.summed(b.labels.filter { !a.labels.contains($0) && !needed.contains($0) })
        let shared = a.labels.filter { b.labels.contains($0) }
        let batch = shared.filter { needed.contains($0) }, inner = shared.filter { !needed.contains($0) }
        let left = a.labels.filter { !shared.contains($0) }, right = b.labels.filter { !shared.contains($0) }
        let result = batch + left + right
        if result.count > Dims.capacity {
            throw TensorError(.value, "einsum", "an intermediate result would have \(result.count) dimensions; a tensor has at most \(Dims.capacity)")
        }
        func count(_ term: Term, _ labels: [Int]) -> Int { labels.reduce(1) { $0 &* term.size($1) } }
        let (rows, columns, length) = (count(a, left), count(b, right), count(a, inner))
        if inner.isEmpty {
            return Term(tensor: try a.arranged(result).multiplied(by: b.arranged(result)), labels: result)
        }
        if rows == 1 && columns == 1 && length < 64 && !batch.isEmpty && result.count + inner.count <= Dims.capacity {
            // Many short sums: one product of all elements is faster than a matrix product for each.
            let products = try a.arranged(result + inner).multiplied(by: b.arranged(result + inner))
            return Term(tensor: try products.sum(Array(result.count..<products.rank), dtype: products.dtype), labels: result)
        }
        let stack = count(a, batch)
        let x = try a.arranged(batch + left + inner).reshaped([stack, rows, length] as Dims)
        let y = try b.arranged(batch + inner + right).reshaped([stack, length, columns] as Dims)
        let product = try x.stackedProduct(y, batch: [stack], "einsum")
        let shape = try Dims(
            batch.map { a.size($0) } + left.map { a.size($0) } + right.map { b.size($0) }, operation: "einsum")
        return Term(tensor: try product.reshaped(shape), labels: result)
    }
}
