/// The built-in blocks by the names that Python and files use.
///
/// Each file of layers has a function that makes those of its family, or answers nil. What an initialiser does not take is
/// given to the block's settings by name.
package enum BlockRegistry {
    package static func make(
        _ type: String, _ values: [(name: String, value: AttributeValue)]
    ) throws(TensorError) -> Module {
        var arguments = try Arguments(type, values)
        guard let block = try make(type, &arguments) else {
            throw TensorError(.key, "Module", "there is no built-in block '\(type)'")
        }
        try arguments.apply(to: block)
        return block
    }

    private static func make(_ type: String, _ arguments: inout Arguments) throws(TensorError) -> Module? {
        if type == "Sequential" { return Sequential() }
        if let block = try linear(type, &arguments) { return block }
        if let block = try activation(type, &arguments) { return block }
        if let block = try dropout(type, &arguments) { return block }
        if let block = try normalization(type, &arguments) { return block }
        if let block = try attention(type, &arguments) { return block }
        if let block = try embedding(type, &arguments) { return block }
        if let block = try transformer(type, &arguments) { return block }
        if let block = try transformerStack(type, &arguments) { return block }
        if let block = try recurrent(type, &arguments) { return block }
        if let block = try shape(type, &arguments) { return block }
        if let block = try convolution(type, &arguments) { return block }
        if let block = try window(type, &arguments) { return block }
        return nil
    }
}
