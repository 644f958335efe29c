/// Builds the list of blocks of a `Sequential { … }`: blocks, lists and optionals of blocks, `if` with and without `else`,
/// `switch` and `for`.
///
/// ```swift
/// let depth = 3, dropout: Double? = 0.1
/// let net = try Sequential {
///     Flatten()
///     for _ in 0..<depth {
///         try LazyLinear(64)
///         ReLU()
///     }
///     if let dropout { try Dropout(dropout) }
///     try LazyLinear(10)
/// }
/// ```
@resultBuilder
public enum BlockBuilder {
    public static func buildExpression(_ block: Module) -> [Module] { [block] }
    public static func buildExpression(_ block: Module?) -> [Module] { block.map { [$0] } ?? [] }
    public static func buildExpression(_ blocks: [Module]) -> [Module] { blocks }
    public static func buildBlock(_ parts: [Module]...) -> [Module] { parts.flatMap { $0 } }
    public static func buildOptional(_ part: [Module]?) -> [Module] { part ?? [] }
    public static func buildEither(first part: [Module]) -> [Module] { part }
    public static func buildEither(second part: [Module]) -> [Module] { part }
    public static func buildArray(_ parts: [[Module]]) -> [Module] { parts.flatMap { $0 } }
    public static func buildLimitedAvailability(_ part: [Module]) -> [Module] { part }
}

extension Sequential {
    /// The blocks that a builder names, in order.
    ///
    /// - Throws: what making a block throws.
    public convenience init(@BlockBuilder _ blocks: () throws -> [Module]) throws(TensorError) {
        // The compiler takes the errors of a builder's closure for any, though those of blocks are of one type.
        let made: [Module]
        do {
            made = try blocks()
        } catch let error as TensorError {
            throw error
        } catch {
            throw TensorError(.runtime, "Sequential", "\(error)")
        }
        self.init(made)
    }
}
