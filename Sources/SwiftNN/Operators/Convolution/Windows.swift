import CKernels

/// How the windows of a kernel lie over an image of one to three spatial dimensions.
///
/// Along each, element k of the kernel at position t is the image's element t·stride + k·dilation - padding, or 0 outside of
/// it. Dimensions that are not there stand in front with size 1, so that all loops are over three.
struct Windows: Equatable, Sendable {
    typealias Three = InlineArray<3, Int>

    let dimensions: Int
    var image = Three(repeating: 1)
    var kernel = Three(repeating: 1)
    /// How many windows there are.
    var positions = Three(repeating: 1)
    var stride = Three(repeating: 1)
    /// In front of the image; behind it, what the positions reach.
    var padding = Three(repeating: 0)
    var dilation = Three(repeating: 1)

    init(dimensions: Int) { self.dimensions = dimensions }

    static func == (a: Windows, b: Windows) -> Bool {
        a.dimensions == b.dimensions
            && (0..<3).allSatisfy {
                a.image[$0] == b.image[$0] && a.kernel[$0] == b.kernel[$0] && a.positions[$0] == b.positions[$0]
                    && a.stride[$0] == b.stride[$0] && a.padding[$0] == b.padding[$0] && a.dilation[$0] == b.dilation[$0]
            }
    }

    /// Products of sizes that are known to be those of a tensor in memory.
    var imageCount: Int { image[0] &* image[1] &* image[2] }
    var kernelCount: Int { kernel[0] &* kernel[1] &* kernel[2] }
    var positionCount: Int { positions[0] &* positions[1] &* positions[2] }

    /// Whether each window is the image's element of its position.
    var isPointwise: Bool {
        kernelCount == 1 && (0..<3).allSatisfy { stride[$0] == 1 && padding[$0] == 0 && image[$0] == positions[$0] }
    }

    var kernelWindows: ck_windows {
        func three(_ values: Three) -> (Int64, Int64, Int64) { (Int64(values[0]), Int64(values[1]), Int64(values[2])) }
        return ck_windows(
            image: three(image), kernel: three(kernel), positions: three(positions), stride: three(stride),
            padding: three(padding), dilation: three(dilation))
    }

    /// The numbers of the dimensions that are there.
    func list(_ values: Three) -> [Int] { ((3 - dimensions)..<3).map { values[$0] } }

    /// Writes the last sizes of a tensor, or one number for each dimension.
    mutating func set(_ part: WritableKeyPath<Windows, Three>, _ values: [Int]) {
        for i in 0..<dimensions { self[keyPath: part][3 - dimensions + i] = values[values.count == 1 ? 0 : i] }
    }

    mutating func set(_ part: WritableKeyPath<Windows, Three>, last sizes: Dims) {
        for i in 0..<dimensions { self[keyPath: part][3 - dimensions + i] = sizes[sizes.count - dimensions + i] }
    }

    // MARK: Checks

    /// Geometry beyond these is refused, so that no index overflows.
    private static let limit = 1 << 48

    /// Counts the windows in the image with as much padding behind as in front.
    ///
    /// - Returns: false where no window fits.
    mutating func countPositions(_ operation: String) throws(TensorError) -> Bool {
        for i in 0..<3 {
            let extent = try extent(i, operation)
            let room = image[i] + 2 * padding[i] - extent
            if room < 0 { return false }
            positions[i] = room / stride[i] + 1
        }
        simplify()
        return true
    }

    /// The image's size of which `positions` are all windows, with `extra` elements behind the last window.
    ///
    /// - Returns: false where nothing is left of the image.
    mutating func sizeImage(extra: [Int], _ operation: String) throws(TensorError) -> Bool {
        for i in 0..<3 {
            let more = i < 3 - dimensions ? 0 : extra[extra.count == 1 ? 0 : i - (3 - dimensions)]
            let (span, overflow) = (positions[i] - 1).multipliedReportingOverflow(by: stride[i])
            if overflow || span > Windows.limit || more > Windows.limit {
                throw TensorError(.memory, operation, "an image of \(positions[i]) windows, \(stride[i]) apart, is too large")
            }
            image[i] = 1
            image[i] = try span + extent(i, operation) + more - 2 * padding[i]
        }
        if (0..<3).contains(where: { image[$0] < 1 }) { return false }
        simplify()
        return true
    }

    /// How many of the image's elements a window spans.
    private func extent(_ i: Int, _ operation: String) throws(TensorError) -> Int {
        let (span, overflow) = (kernel[i] - 1).multipliedReportingOverflow(by: dilation[i])
        if overflow || span > Windows.limit || padding[i] > Windows.limit || image[i] > Windows.limit {
            throw TensorError(.runtime, operation,
                "a kernel of size \(list(kernel)) with dilation \(list(dilation)) and padding \(list(padding)) is too large")
        }
        return span + 1
    }

    /// Sets steps that are never taken to 1.
    mutating func simplify() {
        for i in 0..<3 {
            if positions[i] == 1 { stride[i] = 1 }
            if kernel[i] == 1 { dilation[i] = 1 }
        }
    }
}

/// - Throws: unless there is one number, or one for each dimension, and none is less than `least`.
func checkSpatial(
    _ values: [Int], _ name: String, dimensions: Int, least: Int, _ operation: StaticString
) throws(TensorError) {
    if values.count != 1 && values.count != dimensions {
        throw TensorError(.runtime, operation.description,
            "expected \(name) to be a single integer value or a list of \(dimensions) values, got \(values)")
    }
    if values.contains(where: { $0 < least }) {
        throw TensorError(.runtime, operation.description,
            "\(name) must be \(least == 0 ? "non-negative" : "greater than zero"), got \(values)")
    }
}
