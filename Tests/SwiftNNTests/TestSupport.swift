import Foundation
import Testing

@testable import SwiftNN

/// The tests of tensors, operators and blocks. One after the other, since they share the generator of random numbers
/// and watch the memory that all tensors together hold.
@Suite("Core", .serialized)
struct CoreTests {}

/// The elements in row-major order, whatever the dtype.
func numbers(_ tensor: Tensor) throws -> [Double] {
    try withoutGradients { () throws(TensorError) in try tensor.detached().to(.float64).array(of: Double.self) }
}

/// Checks shape, dtype if given, and every element. NaN equals NaN.
///
/// - Parameter tolerance: relative to the expected value, and absolute below 1. With 0 the values must be equal.
func expectTensor(
    _ tensor: Tensor, _ shape: [Int], _ expected: [Double], dtype: DType? = nil, tolerance: Double = 0,
    _ what: String = "", sourceLocation: SourceLocation = #_sourceLocation
) throws {
    #expect(tensor.shape == shape, "\(what)", sourceLocation: sourceLocation)
    if let dtype { #expect(tensor.dtype == dtype, "\(what)", sourceLocation: sourceLocation) }
    expectClose(try numbers(tensor), expected, tolerance: tolerance, what, sourceLocation: sourceLocation)
}

func expectClose(
    _ given: [Double], _ expected: [Double], tolerance: Double, _ what: String = "",
    sourceLocation: SourceLocation = #_sourceLocation
) {
    #expect(given.count == expected.count, "\(what)", sourceLocation: sourceLocation)
    for (index, (a, b)) in zip(given, expected).enumerated() {
        let isClose = a == b || (a.isNaN && b.isNaN) || abs(a - b) <= tolerance * max(1, abs(b))
        if !isClose {
            Issue.record("\(what) element \(index) is \(a), expected \(b)", sourceLocation: sourceLocation)
            return
        }
    }
}

/// Checks that two tensors hold the same bits.
func expectSameBits(_ a: Tensor, _ b: Tensor, _ what: String = "", sourceLocation: SourceLocation = #_sourceLocation) throws {
    #expect(a.shape == b.shape && a.dtype == b.dtype, "\(what)", sourceLocation: sourceLocation)
    #expect(try bytes(a) == bytes(b), "\(what)", sourceLocation: sourceLocation)
}

func bytes(_ tensor: Tensor) throws -> [UInt8] {
    var result = [UInt8](repeating: 0, count: max(tensor.count * tensor.dtype.size, 1))
    try result.withUnsafeMutableBytes { try tensor.read(into: $0.baseAddress!) }
    return result
}

/// Checks that `body` throws a `TensorError` of this code whose description contains all of `parts`.
func expectError(
    _ code: TensorError.Code, _ parts: [String], _ what: String = "", sourceLocation: SourceLocation = #_sourceLocation,
    _ body: () throws -> Void
) {
    do {
        try body()
        Issue.record("\(what) nothing was thrown; expected \(parts)", sourceLocation: sourceLocation)
    } catch let error as TensorError {
        #expect(error.code == code, "\(what) \(error)", sourceLocation: sourceLocation)
        for part in parts {
            #expect(error.description.contains(part), "\(what) the message lacks “\(part)”", sourceLocation: sourceLocation)
        }
    } catch {
        Issue.record("\(what) another error was thrown: \(error)", sourceLocation: sourceLocation)
    }
}

/// Checks that the tensors made in `body` are gone afterwards.
///
/// Suites outside of `CoreTests` run at the same time and come and go with tensors of their own; a leak shows in every
/// attempt. The first run makes what is made only once.
func expectNoLeak(sourceLocation: SourceLocation = #_sourceLocation, _ body: () throws -> Void) throws {
    try body()
    var difference = 0
    for _ in 0..<10 {
        let before = MemoryStatistics.current.liveBytes
        try body()
        difference = MemoryStatistics.current.liveBytes - before
        if difference == 0 { break }
    }
    #expect(difference == 0, sourceLocation: sourceLocation)
}

/// Checks that no more memory is held than before, once the other suites' tensors are gone.
func expectReleased(to before: Int, sourceLocation: SourceLocation = #_sourceLocation) {
    var waits = 0
    while MemoryStatistics.current.liveBytes > before && waits < 500 {
        usleep(10_000)
        waits += 1
    }
    #expect(MemoryStatistics.current.liveBytes <= before, sourceLocation: sourceLocation)
}

/// Numbers between `low` and `high`, the same for a seed, without the library.
func sample(_ count: Int, _ low: Double = -1, _ high: Double = 1, seed: UInt64 = 1) -> [Double] {
    var state = seed &* 0x9e37_79b9_7f4a_7c15 | 1
    return (0..<count).map { _ in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return low + (high - low) * Double(state >> 11) / 0x1p53
    }
}

/// A float64 tensor of `sample`.
func sampled(_ shape: [Int], _ low: Double = -1, _ high: Double = 1, seed: UInt64 = 1) throws -> Tensor {
    try Tensor(sample(shape.reduce(1, *), low, high, seed: seed), shape: shape)
}

/// The same elements with the last dimension first in memory.
func turnedInMemory(_ tensor: Tensor) throws -> Tensor {
    let order = Array((0..<tensor.rank).reversed())
    return try tensor.permuted(order).cloned().permuted(order)
}

/// Checks the gradients of `f`, and those of its gradients, against differences of its values.
///
/// The output is weighed with fixed numbers, so that every element of it counts differently. The gradients must also
/// be the same with and without a record of the pass itself, which may take different kernels.
///
/// - Parameter secondOrder: false for a function whose second derivative is zero or does not exist.
func checkGradients(
    _ inputs: [Tensor], secondOrder: Bool = true, tolerance: Double = 2e-6, _ what: String = "",
    sourceLocation: SourceLocation = #_sourceLocation, _ f: ([Tensor]) throws -> Tensor
) throws {
    func loss(_ inputs: [Tensor]) throws -> Tensor {
        let y = try f(inputs)
        return try (y * sampled(y.shape, 0.5, 1.5, seed: 77)).sum()
    }
    let values = try inputs.map { try numbers($0) }
    func leaves(_ changed: [[Double]]) throws -> [Tensor] {
        try zip(changed, inputs).map { try Tensor($0, shape: $1.shape).setRequiresGrad(true) }
    }
    func first(_ changed: [[Double]], createGraph: Bool) throws -> (leaves: [Tensor], gradients: [Tensor]) {
        let x = try leaves(changed)
        let found = try gradients(of: [loss(x)], withRespectTo: x, createGraph: createGraph)
        return (x, try zip(found, x).map { try $0 ?? Tensor.zeros($1.shape, dtype: .float64) })
    }
    /// d value / d input, by central differences.
    func differences(_ step: Double, _ value: ([[Double]]) throws -> Double) throws -> [[Double]] {
        try values.indices.map { i in
            try values[i].indices.map { j in
                var up = values, down = values
                up[i][j] += step
                down[i][j] -= step
                return (try value(up) - value(down)) / (up[i][j] - down[i][j])
            }
        }
    }

    let recorded = try first(values, createGraph: true)
    let plain = try first(values, createGraph: false)
    let expected = try differences(1e-6) { try numbers(loss(leaves($0)))[0] }
    for i in inputs.indices {
        #expect(plain.gradients[i].shape == inputs[i].shape, "\(what)", sourceLocation: sourceLocation)
        let gradient = try numbers(plain.gradients[i])
        expectClose(gradient, expected[i], tolerance: tolerance, "\(what): gradient \(i)", sourceLocation: sourceLocation)
        expectClose(
            try numbers(recorded.gradients[i]), gradient, tolerance: 1e-13, "\(what): recorded gradient \(i)",
            sourceLocation: sourceLocation)
    }
    if !secondOrder { return }
    func slope(_ gradients: [Tensor]) throws -> Tensor {
        var total = try Tensor(0.0)
        for (i, gradient) in gradients.enumerated() {
            total = try total + (gradient * sampled(gradient.shape, 0.5, 1.5, seed: 99 + UInt64(i))).sum()
        }
        return total
    }
    let total = try slope(recorded.gradients)
    let expectedSecond = try differences(1e-5) { try numbers(slope(first($0, createGraph: false).gradients))[0] }
    guard total.requiresGrad else {
        // The gradient does not depend on the inputs.
        for i in inputs.indices {
            expectClose(
                expectedSecond[i], [Double](repeating: 0, count: values[i].count), tolerance: 1e-6,
                "\(what): second derivative \(i)", sourceLocation: sourceLocation)
        }
        return
    }
    let second = try gradients(of: [total], withRespectTo: recorded.leaves)
    for i in inputs.indices {
        let given = try second[i].map { try numbers($0) } ?? [Double](repeating: 0, count: values[i].count)
        expectClose(
            given, expectedSecond[i], tolerance: 1e-5, "\(what): second derivative \(i)", sourceLocation: sourceLocation)
    }
}

/// A folder that is removed after `body`.
func withTemporaryFolder(_ body: (String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("swiftnn-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try body(folder.path)
}

/// A file of Tests/Goldens.
func goldenFile(_ name: String) throws -> Data {
    let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    return try Data(contentsOf: tests.appendingPathComponent("Goldens").appendingPathComponent(name))
}

/// Runs `body` on a thread of its own and waits for it.
///
/// - Parameter stackSize: in bytes.
func onThread(stackSize: Int, _ body: @escaping @Sendable () throws -> Void) throws {
    try onThreads([body], stackSize: stackSize)
}

/// Runs each of `bodies` on a thread of its own, all at once, and waits for them.
func onThreads(_ bodies: [@Sendable () throws -> Void], stackSize: Int = 1 << 20) throws {
    final class Work {
        let body: @Sendable () throws -> Void
        var error: (any Error)?
        init(_ body: @escaping @Sendable () throws -> Void) { self.body = body }
    }
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    defer { pthread_attr_destroy(&attributes) }
    #expect(pthread_attr_setstacksize(&attributes, stackSize) == 0)
    let works = bodies.map { Work($0) }
    let threads = try works.map { work in
        var thread = pthread_t()
        let status = pthread_create(
            &thread, &attributes,
            { pointer in
                let work = Unmanaged<Work>.fromOpaque(pointer!).takeRetainedValue()
                do { try work.body() } catch { work.error = error }
                return nil
            }, Unmanaged.passRetained(work).toOpaque())
        try #require(status == 0)
        return thread
    }
    for thread in threads { pthread_join(thread, nil) }
    for work in works { if let error = work.error { throw error } }
}
