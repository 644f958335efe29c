import CKernels

/// Whether operators on the calling thread record what the backward pass needs.
package enum GradMode {
    @inline(__always)
    package static var isEnabled: Bool { ck_thread().pointee.grad_off == 0 }

    /// What the user has asked for; inference mode goes before it.
    package static var isWanted: Bool {
        get { ck_thread().pointee.grad_off & UInt8(CK_NO_GRAD) == 0 }
        set {
            let thread = ck_thread()!
            thread.pointee.grad_off = thread.pointee.grad_off & ~UInt8(CK_NO_GRAD) | (newValue ? 0 : UInt8(CK_NO_GRAD))
        }
    }

    /// Whether results are marked as never to take part in a graph.
    package static var isInference: Bool {
        get { ck_anywhere(CK_INFERRING) && ck_thread().pointee.grad_off & UInt8(CK_INFERENCE) != 0 }
        set {
            if newValue == isInference { return }
            ck_count_special(CK_INFERRING, newValue ? 1 : -1)
            ck_thread().pointee.grad_off ^= UInt8(CK_INFERENCE)
        }
    }

    /// Whether the backward pass that runs leaves out nodes.
    package static var isLimitedPass: Bool { ck_thread().pointee.needed != nil }

    /// Runs `body` with recording switched on or off, and restores the mode afterwards.
    @inline(__always)
    static func with<Result>(
        _ enabled: Bool, _ body: () throws(TensorError) -> Result
    ) throws(TensorError) -> Result {
        let thread = ck_thread()!
        let before = thread.pointee.grad_off
        thread.pointee.grad_off = before & UInt8(CK_INFERENCE) | (enabled ? 0 : UInt8(CK_NO_GRAD))
        defer { thread.pointee.grad_off = before }
        return try body()
    }
}

/// Runs `body` without recording its operators for the backward pass.
///
/// Inside, parameters may be written to in place, and results do not hold on to what they were computed from.
public func withoutGradients<Result>(_ body: () throws(TensorError) -> Result) throws(TensorError) -> Result {
    try GradMode.with(false, body)
}

/// Runs `body` with its operators recorded, also inside `withoutGradients`.
public func withGradients<Result>(_ body: () throws(TensorError) -> Result) throws(TensorError) -> Result {
    try GradMode.with(true, body)
}

/// Runs `body` without recording, and marks its results as never to take part in a graph.
///
/// - Throws: what `body` throws. Elsewhere, writing to such a result in place, asking for its gradient and saving it for
///   a backward pass are errors.
public func withInference<Result>(_ body: () throws(TensorError) -> Result) throws(TensorError) -> Result {
    let before = GradMode.isInference
    GradMode.isInference = true
    defer { GradMode.isInference = before }
    return try body()
}

/// Whether all blocks that the calling thread runs behave as in training, or as in use; nil for each as it is set itself.
package enum TrainingMode {
    package static var forced: Bool? {
        get {
            let mode = ck_thread().pointee.training
            return mode == 0 ? nil : mode == 1
        }
        set { ck_thread().pointee.training = newValue.map { $0 ? 1 : 2 } ?? 0 }
    }
}

/// Runs `body` with all blocks behaving as in training, or as in use, however they are set themselves.
public func withTrainingMode<Result>(
    _ isTraining: Bool, _ body: () throws(TensorError) -> Result
) throws(TensorError) -> Result {
    let before = TrainingMode.forced
    TrainingMode.forced = isTraining
    defer { TrainingMode.forced = before }
    return try body()
}
