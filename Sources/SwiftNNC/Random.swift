import CSwiftNN
import SwiftNN

private func owned(_ generator: Generator) -> snn_generator { snn_generator(Unmanaged.passRetained(generator).toOpaque()) }

@c @implementation
public func snn_generator_create(_ seed: UInt64) -> snn_generator! { owned(Generator(seed: seed)) }

@c @implementation
public func snn_generator_default() -> snn_generator! { owned(Generator.shared) }

@c @implementation
public func snn_generator_release(_ handle: snn_generator!) {
    guard let handle else { return }
    Unmanaged<Generator>.fromOpaque(UnsafeRawPointer(handle)).release()
}

@c @implementation
public func snn_generator_seed(_ handle: snn_generator!, _ seed: UInt64) -> snn_status {
    status { () throws(TensorError) in try generator(handle).manualSeed(seed) }
}

@c @implementation
public func snn_generator_initial_seed(_ handle: snn_generator!, _ result: UnsafeMutablePointer<UInt64>!) -> snn_status {
    status { () throws(TensorError) in try output(result).pointee = try generator(handle).initialSeed }
}

@c @implementation
public func snn_generator_get_state(_ handle: snn_generator!, _ result: UnsafeMutablePointer<snn_tensor?>!) -> snn_status {
    status { () throws(TensorError) in try getState(try generator(handle), result) }
}

@c @implementation
public func snn_generator_set_state(_ handle: snn_generator!, _ state: snn_tensor!) -> snn_status {
    status { () throws(TensorError) in try setState(try generator(handle), state) }
}

private func getState(_ generator: Generator, _ result: UnsafeMutablePointer<snn_tensor?>?) throws(TensorError) {
    try output(result).pointee = owned(try Tensor(generator.state))
}

private func setState(_ generator: Generator, _ state: snn_tensor?) throws(TensorError) {
    let tensor = try tensor(state)
    if tensor.dtype != .uint8 {
        throw TensorError(.type, "set_rng_state", "expected a tensor of uint8, not \(tensor.dtype)")
    }
    try generator.setState(try tensor.array(of: UInt8.self))
}

// MARK: The default generator

@c @implementation
public func snn_random_seed(_ seed: UInt64) { Generator.shared.manualSeed(seed) }

@c @implementation
public func snn_random_initial_seed() -> UInt64 { Generator.shared.initialSeed }

@c @implementation
public func snn_random_get_state(_ result: UnsafeMutablePointer<snn_tensor?>!) -> snn_status {
    status { () throws(TensorError) in try getState(.shared, result) }
}

@c @implementation
public func snn_random_set_state(_ state: snn_tensor!) -> snn_status {
    status { () throws(TensorError) in try setState(.shared, state) }
}
