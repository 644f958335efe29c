import CKernels
import CSwiftNN
import SwiftNN

@c @implementation
public func snn_module_retain(_ handle: snn_module!) {
    guard let handle else { return }
    _ = Unmanaged<Module>.fromOpaque(UnsafeRawPointer(handle)).retain()
}

@c @implementation
public func snn_module_release(_ handle: snn_module!) {
    guard let handle else { return }
    Unmanaged<Module>.fromOpaque(UnsafeRawPointer(handle)).release()
}

extension AttributeValue {
    init(_ value: snn_value, _ name: String) throws(TensorError) {
        try checkEnumerator(value.kind.rawValue, Int(snn_value_kind.SNN_GENERATOR.rawValue) + 1, "attribute")
        switch value.kind {
        case .SNN_NONE: self = .none
        case .SNN_INTEGER: self = .integer(Int(value.integer))
        case .SNN_REAL: self = .real(value.real)
        case .SNN_BOOLEAN: self = .boolean(value.integer != 0)
        case .SNN_STRING: self = .string(try text(value.string, name))
        case .SNN_DTYPE:
            guard let raw = UInt32(exactly: value.integer), let dtype = snn_dtype(rawValue: raw) else {
                throw TensorError(.value, name, "there is no dtype number \(value.integer)")
            }
            self = .dtype(try DType(dtype))
        case .SNN_INTEGERS: self = .integers(try SwiftNNC.integers(value.integers, value.count, name))
        case .SNN_REALS: self = .reals(Array(try list(value.reals, value.count, name)))
        case .SNN_TENSOR, .SNN_TENSORS, .SNN_GENERATOR:
            throw TensorError(.type, name, "an attribute cannot be a tensor or a generator")
        }
    }

    /// The value for C; a string or list is valid until the next one on this thread.
    func c(_ name: String) throws(TensorError) -> snn_value {
        var value = snn_value()
        switch self {
        case .none: value.kind = .SNN_NONE
        case .integer(let number):
            value.kind = .SNN_INTEGER
            value.integer = Int64(number)
        case .real(let number):
            value.kind = .SNN_REAL
            value.real = number
        case .boolean(let flag):
            value.kind = .SNN_BOOLEAN
            value.integer = flag ? 1 : 0
        case .string(let text):
            value.kind = .SNN_STRING
            value.string = returned(text)
        case .dtype(let dtype):
            value.kind = .SNN_DTYPE
            value.integer = Int64(dtype.c.rawValue)
        case .integers(let numbers):
            value.kind = .SNN_INTEGERS
            value.count = Int32(clamping: numbers.count)
            value.integers = returned(numbers.map { Int64($0) })
        case .reals(let numbers):
            value.kind = .SNN_REALS
            value.count = Int32(clamping: numbers.count)
            value.reals = returned(numbers)
        }
        return value
    }
}

@c @implementation
public func snn_module_create(
    _ type: UnsafePointer<CChar>!, _ arguments: UnsafePointer<snn_attribute>!, _ argument_count: Int32,
    _ result: UnsafeMutablePointer<snn_module?>!
) -> snn_status {
    status { () throws(TensorError) in
        let type = try text(type, "Module")
        var values: [(name: String, value: AttributeValue)] = []
        for argument in try list(arguments, argument_count, type) {
            values.append((try text(argument.name, type), try AttributeValue(argument.value, type)))
        }
        try output(result).pointee = owned(try BlockRegistry.make(type, values))
    }
}

/// The library's view of a callback: arguments borrowed, results owned.
private func foreignForward(_ forward: @escaping ForeignFunction, _ payload: UnsafeMutableRawPointer?) -> ForeignForward {
    ForeignForward(payload: payload) { (payload, arguments) throws(TensorError) in
        let values = arguments.map { argument -> snn_value in
            var value = snn_value()
            switch argument {
            case .none: value.kind = .SNN_NONE
            case .tensor(let tensor):
                value.kind = .SNN_TENSOR
                value.tensor = snn_tensor(Unmanaged.passUnretained(tensor).toOpaque())
            case .boolean(let flag):
                value.kind = .SNN_BOOLEAN
                value.integer = flag ? 1 : 0
            }
            return value
        }
        let capacity = 4
        return try withUnsafeTemporaryAllocation(of: snn_tensor?.self, capacity: capacity) { results throws(TensorError) in
            results.initialize(repeating: nil)
            var count: Int32 = 0
            let outcome = withExtendedLifetime(arguments) {
                forward(payload, values, Int32(values.count), results.baseAddress, Int32(capacity), &count)
            }
            guard outcome == .SNN_OK, count >= 0, count <= capacity else {
                throw TensorError(.foreign, "forward", "a block of another language failed")
            }
            return results.prefix(Int(count)).map { result in
                result.map { Unmanaged<Tensor>.fromOpaque(UnsafeRawPointer($0)).takeRetainedValue() }
            }
        }
    }
}

private typealias ForeignFunction = @convention(c) (
    UnsafeMutableRawPointer?, UnsafePointer<snn_value>?, Int32, UnsafeMutablePointer<snn_tensor?>?, Int32,
    UnsafeMutablePointer<Int32>?
) -> snn_status

@c @implementation
public func snn_module_create_foreign(
    _ type: UnsafePointer<CChar>!, _ forward: snn_forward!, _ payload: UnsafeMutableRawPointer!,
    _ result: UnsafeMutablePointer<snn_module?>!
) -> snn_status {
    status { () throws(TensorError) in
        let type = try text(type, "Module")
        guard let forward else { throw TensorError(.value, type, "the forward function is NULL") }
        guard let payload else { throw TensorError(.value, type, "the payload is NULL") }
        try output(result).pointee = owned(ForeignBlock(type, foreignForward(forward, payload)))
    }
}

@c @implementation
public func snn_module_override_forward(_ handle: snn_module!, _ forward: snn_forward!, _ payload: UnsafeMutableRawPointer!) {
    guard let module = try? module(handle) else { return }
    module.override = (forward as snn_forward?).map { foreignForward($0, payload) }
}

@c @implementation
public func snn_module_detach(_ handle: snn_module!) {
    guard let module = try? module(handle), module.override != nil else { return }
    module.override = ForeignForward.gone
}

@c @implementation
public func snn_module_type(_ handle: snn_module!) -> UnsafePointer<CChar>! {
    interned((try? module(handle).typeName) ?? "")
}

@c @implementation
public func snn_module_forward(
    _ handle: snn_module!, _ input: snn_tensor!, _ result: UnsafeMutablePointer<snn_tensor?>!
) -> snn_status {
    status { () throws(TensorError) in
        let result = try output(result)
        let value = try module(handle).forward(try tensor(input))
        try SavedTensorHooks.check()
        result.pointee = owned(value)
    }
}

@c @implementation
public func snn_module_is_plain(_ handle: snn_module!) -> Bool { (try? module(handle).isPlain) ?? false }

@c @implementation
public func snn_module_is_container(_ handle: snn_module!) -> Bool { (try? module(handle).isContainer) ?? false }

@c @implementation
public func snn_module_is_sequence(_ handle: snn_module!) -> Bool { (try? module(handle) is Sequential) ?? false }

@c @implementation
public func snn_module_call(
    _ handle: snn_module!, _ block: snn_block, _ arguments: UnsafePointer<snn_value>!, _ argument_count: Int32,
    _ results: UnsafeMutablePointer<snn_tensor?>!, _ capacity: Int32, _ result_count: UnsafeMutablePointer<Int32>!
) -> snn_status {
    status { () throws(TensorError) in
        try checkEnumerator(block.rawValue, Int(snn_block.SNN_BLOCK_COUNT.rawValue), "block")
        let call = Call(arguments, argument_count, snn_module_type(handle))
        let outcome = try run(block, try module(handle), call)
        let count = Int32(clamping: outcome.count)
        if count > capacity || (count > 0 && results == nil) {
            throw TensorError(.value, call.name, "room for \(capacity) results, there are \(count)")
        }
        for (index, tensor) in outcome.enumerated() { results[index] = tensor.map { owned($0) } }
        result_count?.pointee = count
    }
}

@c @implementation
public func snn_module_child_count(_ handle: snn_module!) -> Int32 {
    (try? Int32(module(handle).namedChildren().count)) ?? 0
}

@c @implementation
public func snn_module_get_child(
    _ handle: snn_module!, _ index: Int32, _ name: UnsafeMutablePointer<UnsafePointer<CChar>?>!,
    _ result: UnsafeMutablePointer<snn_module?>!
) -> snn_status {
    status { () throws(TensorError) in
        let children = try module(handle).namedChildren()
        guard children.indices.contains(Int(index)) else {
            throw TensorError(.index, "Module", "there is no child number \(index) of \(children.count)")
        }
        name?.pointee = interned(children[Int(index)].name)
        try output(result).pointee = owned(children[Int(index)].block)
    }
}

@c @implementation
public func snn_module_set_children(
    _ handle: snn_module!, _ names: UnsafePointer<UnsafePointer<CChar>?>!, _ children: UnsafePointer<snn_module?>!,
    _ count: Int32
) -> snn_status {
    status { () throws(TensorError) in
        let module = try module(handle)
        var entries: [(name: String, block: Module)] = []
        let names = try list(names, count, module.typeName), children = try list(children, count, module.typeName)
        for (name, child) in zip(names, children) {
            entries.append((try text(name, module.typeName), try SwiftNNC.module(child)))
        }
        try module.setChildren(entries)
    }
}

// MARK: Parameters

@c @implementation
public func snn_module_parameter_count(_ handle: snn_module!) -> Int32 {
    (try? Int32(module(handle).slots.count)) ?? 0
}

private func slot(_ module: Module, _ index: Int32) throws(TensorError) -> Slot {
    let slots = module.slots
    guard slots.indices.contains(Int(index)) else {
        throw TensorError(.index, module.typeName, "there is no parameter number \(index) of \(slots.count)")
    }
    return slots[Int(index)]
}

@c @implementation
public func snn_module_get_parameter(
    _ handle: snn_module!, _ index: Int32, _ name: UnsafeMutablePointer<UnsafePointer<CChar>?>!,
    _ is_buffer: UnsafeMutablePointer<Bool>!, _ result: UnsafeMutablePointer<snn_tensor?>!
) -> snn_status {
    status { () throws(TensorError) in
        let slot = try slot(module(handle), index)
        name?.pointee = interned(slot.name)
        is_buffer?.pointee = slot.isBuffer
        result?.pointee = slot.tensor.map { owned($0) }
    }
}

@c @implementation
public func snn_module_set_parameter(_ handle: snn_module!, _ index: Int32, _ parameter: snn_tensor!) -> snn_status {
    status { () throws(TensorError) in
        let value = try (parameter as snn_tensor?).map { (parameter) throws(TensorError) in try tensor(parameter) }
        try slot(module(handle), index).set(value)
    }
}

@c @implementation
public func snn_module_peek_parameter(_ handle: snn_module!, _ index: Int32) -> snn_tensor! {
    guard let module = try? module(handle), let tensor = try? slot(module, index).tensor else { return nil }
    return snn_tensor(Unmanaged.passUnretained(tensor).toOpaque())
}

// MARK: Settings

@c @implementation
public func snn_module_attribute_count(_ handle: snn_module!) -> Int32 {
    (try? Int32(module(handle).settings.count)) ?? 0
}

@c @implementation
public func snn_module_get_attribute(
    _ handle: snn_module!, _ index: Int32, _ result: UnsafeMutablePointer<snn_attribute>!
) -> snn_status {
    status { () throws(TensorError) in
        let module = try module(handle)
        let settings = module.settings
        guard settings.indices.contains(Int(index)) else {
            throw TensorError(.index, module.typeName, "there is no attribute number \(index) of \(settings.count)")
        }
        let setting = settings[Int(index)]
        try output(result).pointee = snn_attribute(name: interned(setting.name), value: try setting.value.c(module.typeName))
    }
}

@c @implementation
public func snn_module_set_attribute(
    _ handle: snn_module!, _ name: UnsafePointer<CChar>!, _ value: UnsafePointer<snn_value>!
) -> snn_status {
    status { () throws(TensorError) in
        let module = try module(handle)
        guard let value else { throw TensorError(.value, module.typeName, "the value is NULL") }
        let name = try text(name, module.typeName)
        guard let set = module.settings.first(where: { $0.name == name })?.set else {
            throw TensorError(.key, module.typeName, "attribute '\(name)' cannot be set")
        }
        try set(try AttributeValue(value.pointee, module.typeName))
    }
}

@c @implementation
public func snn_module_is_training(_ handle: snn_module!) -> Bool { (try? module(handle).isTraining) ?? false }

@c @implementation
public func snn_module_set_training(_ handle: snn_module!, _ training: Bool) {
    (try? module(handle))?.isTraining = training
}

@c @implementation
public func snn_module_reset_parameters(_ handle: snn_module!) -> snn_status {
    status { () throws(TensorError) in try module(handle).resetParameters() }
}

@c @implementation
public func snn_module_describe(_ handle: snn_module!) -> UnsafePointer<CChar>! {
    returned((try? module(handle).argumentsDescription) ?? "")
}
