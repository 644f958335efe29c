// A model in a file: its parameters as in any safetensors file, its structure as JSON in the metadata.
//
//   swiftnn.format      "1"
//   swiftnn.structure   {"type": "Sequential", "arguments": {…}, "children": [{"name": "0", "block": {…}}, …]}
//   swiftnn.shared      {"2.weight": "0.weight"}: a second name of a tensor that stands in the file under the first

private let formatKey = "swiftnn.format"
private let structureKey = "swiftnn.structure"
private let sharedKey = "swiftnn.shared"

extension Module {
    /// Writes the structure and the state of a tree of built-in blocks to a safetensors file.
    ///
    /// - Throws: where a block is not built in, which the error names with its path, or has no shape yet.
    public final func save(to path: String) throws(TensorError) {
        let structure = try self.structure("", depth: 0)
        var tensors: [(name: String, tensor: Tensor)] = []
        var first: [ObjectIdentifier: String] = [:]
        var shared: [(key: String, value: JSON)] = []
        for (name, tensor) in try state() {
            if let known = first[ObjectIdentifier(tensor)] {
                shared.append((name, .string(known)))
            } else {
                first[ObjectIdentifier(tensor)] = name
                tensors.append((name, tensor))
            }
        }
        var metadata = [(formatKey, "1"), (structureKey, try structure.text(operation: "save"))]
        if !shared.isEmpty { metadata.append((sharedKey, try JSON.object(shared).text(operation: "save"))) }
        try TensorFile.write(tensors, metadata: metadata.map { (key: $0.0, value: $0.1) }, to: path)
    }

    private final func structure(_ path: String, depth: Int) throws(TensorError) -> JSON {
        guard isBuiltIn && override == nil else {
            let place = path.isEmpty ? "the block" : "block '\(path)'"
            throw TensorError(.unsupported, "save",
                "\(place) is a \(typeName), whose structure a file cannot hold; save its state instead")
        }
        if depth > 100 { throw TensorError(.value, "save", "blocks are nested more than 100 deep at '\(path)'") }
        var members: [(key: String, value: JSON)] = [("type", .string(typeName))]
        var arguments: [(key: String, value: JSON)] = []
        for setting in settings { arguments.append((setting.name, setting.value.json)) }
        if let dtype = slots.lazy.compactMap({ $0.tensor }).first?.dtype, dtype != .float32 {
            arguments.append(("dtype", AttributeValue.dtype(dtype).json))
        }
        if !arguments.isEmpty { members.append(("arguments", .object(arguments))) }
        var children: [JSON] = []
        for (name, child) in try namedChildren() {
            let block = try child.structure(path.isEmpty ? name : "\(path).\(name)", depth: depth + 1)
            children.append(.object([("name", .string(name)), ("block", block)]))
        }
        if !children.isEmpty { members.append(("children", .array(children))) }
        return .object(members)
    }

    /// Rebuilds the tree of blocks that `save(to:)` wrote, with its state. It is in training mode, as a new one is.
    ///
    /// - Throws: for a file without a structure, and for one whose structure and tensors do not fit.
    public static func load(from path: String) throws(TensorError) -> Module {
        let file = try TensorFile(path: path)
        func text(_ key: String) -> String? { file.metadata.first { $0.key == key }?.value }
        guard let structure = text(structureKey) else {
            throw TensorError(.value, "load",
                "\(path) holds no network structure; read its tensors with load_file, and load them into a network of your own")
        }
        if let format = text(formatKey), format != "1" {
            throw TensorError(.unsupported, "load", "\(path) has format \(format); this library reads format 1")
        }
        let module = try build(try JSON.parse(structure, operation: "load"), depth: 0)
        var values = try file.tensors()
        if let shared = try text(sharedKey).map({ (text) throws(TensorError) in try JSON.parse(text, operation: "load") }) {
            try module.tie(shared, &values)
        }
        try module.load(values)
        return module
    }

    /// A block of the same structure with memory of its own, which holds the same values.
    ///
    /// - Throws: where a block is not built in, which the error names with its path, or has no shape yet.
    public final func copy() throws(TensorError) -> Module {
        let structure = try structure("", depth: 0)
        // The values that the copy is made with are drawn for nothing: others must not see that.
        let random = Generator.shared.state
        let copy = try Module.build(structure, depth: 0)
        try Generator.shared.setState(random)
        try copy.load(try state())
        return copy
    }

    /// So many copies, none of which shares anything with the block.
    final func copies(_ count: Int) throws(TensorError) -> [Module] {
        var copies: [Module] = []
        while copies.count < count { copies.append(try copy()) }
        return copies
    }

    private static func malformed(_ detail: String) -> TensorError {
        TensorError(.value, "load", "the network structure in the file is malformed: \(detail)")
    }

    private static func build(_ json: JSON, depth: Int) throws(TensorError) -> Module {
        guard case .string(let type)? = json["type"] else { throw malformed("a block without a type") }
        if depth > 100 { throw malformed("blocks are nested more than 100 deep") }
        var arguments: [(name: String, value: AttributeValue)] = []
        if case .object(let members)? = json["arguments"] {
            for (key, value) in members { arguments.append((key, try AttributeValue(value, key))) }
        }
        let block = try BlockRegistry.make(type, arguments)
        guard case .array(let children)? = json["children"] else { return block }
        if !block.isContainer { throw malformed("\(type) cannot have children") }
        var entries: [(name: String, block: Module)] = []
        for child in children {
            guard case .string(let name)? = child["name"], let inner = child["block"] else {
                throw malformed("a child without name or block")
            }
            entries.append((name, try build(inner, depth: depth + 1)))
        }
        try block.setChildren(entries)
        return block
    }

    /// Puts one tensor in the place of each that shared it when the file was written.
    private final func tie(
        _ shared: JSON, _ values: inout [(name: String, tensor: Tensor)]
    ) throws(TensorError) {
        guard case .object(let pairs) = shared else { throw Module.malformed("\(sharedKey) is not an object") }
        for (name, first) in pairs {
            guard case .string(let source) = first, let tensor = try tensor(at: source),
                let value = values.first(where: { $0.name == source })
            else { throw Module.malformed("'\(name)' shares a tensor that is not there") }
            let (block, slot) = try place(of: name)
            try block.slots[slot].set(tensor)
            values.append((name, value.tensor))
        }
    }

    private final func tensor(at path: String) throws(TensorError) -> Tensor? {
        let (block, slot) = try place(of: path)
        return block.slots[slot].tensor
    }

    private final func place(of path: String) throws(TensorError) -> (block: Module, slot: Int) {
        for (prefix, module) in try namedModules() {
            for (slot, name) in module.slots.map({ $0.name }).enumerated() where (prefix.isEmpty ? name : "\(prefix).\(name)") == path {
                return (module, slot)
            }
        }
        throw Module.malformed("there is no parameter '\(path)'")
    }
}

extension AttributeValue {
    fileprivate var json: JSON {
        switch self {
        case .none: .null
        case .integer(let value): .integer(Int64(value))
        case .real(let value): .number(value)
        case .boolean(let value): .bool(value)
        case .string(let value): .string(value)
        case .dtype(let value): .object([("dtype", .string(value.description))])
        case .integers(let values): .array(values.map { .integer(Int64($0)) })
        case .reals(let values): .array(values.map { .number($0) })
        }
    }

    fileprivate init(_ json: JSON, _ name: String) throws(TensorError) {
        switch json {
        case .null: self = .none
        case .bool(let value): self = .boolean(value)
        case .integer(let value): self = .integer(Int(value))
        case .number(let value): self = .real(value)
        case .string(let value): self = .string(value)
        case .array(let values):
            var integers: [Int] = [], reals: [Double] = []
            for value in values {
                switch value {
                case .integer(let number):
                    integers.append(Int(number))
                    reals.append(Double(number))
                case .number(let number): reals.append(number)
                default: throw TensorError(.value, "load", "argument '\(name)' is a list of something else than numbers")
                }
            }
            self = integers.count == reals.count ? .integers(integers) : .reals(reals)
        case .object:
            guard case .string(let text)? = json["dtype"], let dtype = DType.allCases.first(where: { $0.description == text })
            else { throw TensorError(.value, "load", "argument '\(name)' has no meaning here") }
            self = .dtype(dtype)
        }
    }
}
