/// A number for each spatial dimension, or one for all of them: `3`, or `[3, 5]` for height and width.
///
/// ```swift
/// let same: Extent = 3
/// let each: Extent = [3, 5]
/// ```
public struct Extent: Equatable, Sendable, ExpressibleByIntegerLiteral, ExpressibleByArrayLiteral {
    /// One number for all dimensions, or one for each.
    public let values: [Int]
    /// Whether one number stands for all dimensions.
    public let isUniform: Bool

    public init(_ value: Int) {
        values = [value]
        isUniform = true
    }

    public init(_ values: [Int]) {
        self.values = values
        isUniform = false
    }

    public init(integerLiteral value: Int) { self.init(value) }
    public init(arrayLiteral elements: Int...) { self.init(elements) }

    /// A number for each of `rank` dimensions.
    ///
    /// - Throws: for a list of another length.
    func resolved(_ rank: Int, _ name: String, operation: String) throws(TensorError) -> [Int] {
        if isUniform { return Array(repeating: values[0], count: rank) }
        if values.count != rank {
            throw TensorError(.runtime, operation, "\(name) must be a single int or \(rank) ints, got \(values)")
        }
        return values
    }
}

extension Extent: SettingValue {
    package init?(_ value: AttributeValue) {
        switch value {
        case .integer(let number): self.init(number)
        case .integers(let numbers): self.init(numbers)
        default: return nil
        }
    }
    package var attribute: AttributeValue { isUniform ? .integer(values[0]) : .integers(values) }
    package static var expected: String { "an integer or a list of integers" }
}
