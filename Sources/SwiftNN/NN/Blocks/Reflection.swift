// The blocks and parameters in the stored properties of a user's own block.

private protocol ArrayOfElements {}
extension Array: ArrayOfElements where Element: TensorElement {}

extension Module {
    struct Contents {
        var children: [(name: String, block: Module)] = []
        var parameters: [(name: String, tensor: Tensor)] = []
    }

    /// What the stored properties hold, those of the superclasses first. Optionals, arrays and dictionaries with string
    /// keys are followed.
    func reflectedContents() throws(TensorError) -> Contents {
        var contents = Contents()
        var chain: [Mirror] = []
        var mirror: Mirror? = Mirror(reflecting: self)
        while let current = mirror, current.subjectType != Module.self {
            chain.append(current)
            mirror = current.superclassMirror
        }
        for level in chain.reversed() {
            for (label, value) in level.children {
                var name = label ?? ""
                let lazyPrefix = "$__lazy_storage_$_"
                if name.hasPrefix(lazyPrefix) { name.removeFirst(lazyPrefix.count) }
                try collect(name.isEmpty ? "\(contents.children.count)" : name, value, depth: 0, into: &contents)
            }
        }
        return contents
    }

    private func collect(_ name: String, _ value: Any, depth: Int, into contents: inout Contents) throws(TensorError) {
        if let block = value as? Module {
            contents.children.append((name, block))
            return
        }
        if let tensor = value as? Tensor {
            if tensor.isParameter { contents.parameters.append((name, tensor)) }
            return
        }
        // Tables of numbers hold no blocks, and are not looked through element by element.
        if value is ArrayOfElements { return }
        let mirror = Mirror(reflecting: value)
        switch mirror.displayStyle {
        case .optional:
            if let (_, wrapped) = mirror.children.first { try collect(name, wrapped, depth: depth, into: &contents) }
        case .collection:
            for (index, element) in mirror.children.enumerated() {
                try collect("\(name).\(index)", element.value, depth: depth + 1, into: &contents)
            }
        case .dictionary:
            // Sorted, since a dictionary has no order and a state must have one.
            var entries: [(key: String, value: Any)] = []
            for (_, pair) in mirror.children {
                let parts = Mirror(reflecting: pair).children.map { $0.value }
                if let key = parts.first as? String {
                    entries.append((key, parts[1]))
                } else if parts.count == 2, Module.holdsBlocks(parts[1], depth: 0) {
                    throw unsupported(name, value, "use String keys")
                }
            }
            for (key, element) in entries.sorted(by: { $0.key < $1.key }) {
                try collect("\(name).\(key)", element, depth: depth + 1, into: &contents)
            }
        default:
            if Module.holdsBlocks(value, depth: 0) {
                throw unsupported(name, value, "use a stored property, an array, or a dictionary with String keys")
            }
        }
    }

    private func unsupported(_ name: String, _ value: Any, _ advice: String) -> TensorError {
        TensorError(.unsupported, typeName,
            "property '\(name)' holds blocks or parameters in a \(type(of: value)), where they cannot be found; \(advice)")
    }

    /// Whether blocks or parameters stand somewhere in a value. Only a few levels deep: this serves an error message.
    private static func holdsBlocks(_ value: Any, depth: Int) -> Bool {
        if value is Module { return true }
        if let tensor = value as? Tensor { return tensor.isParameter }
        if depth == 4 || value is AnyClass || value is String { return false }
        for (_, child) in Mirror(reflecting: value).children.prefix(64) where holdsBlocks(child, depth: depth + 1) {
            return true
        }
        return false
    }
}
