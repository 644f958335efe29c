import CKernels

/// Whether operators on the calling thread record what the backward pass needs.
package enum GradMode {
    @inline(__always)
    package static var isEnabled: Bool {
        get { !ck_thread().pointee.grad_disabled }
        set { ck_thread().pointee.grad_disabled = !newValue }
    }

    /// Runs `body` with recording switched on or off, and restores the mode afterwards.
    static func with<Result>(
        _ enabled: Bool, _ body: () throws(TensorError) -> Result
    ) throws(TensorError) -> Result {
        let before = isEnabled
        isEnabled = enabled
        defer { isEnabled = before }
        return try body()
    }
}

/// Runs `body` without recording its operators for the backward pass.
///
/// Inside, parameters may be written to in place, and results do not hold on to what they were computed from.
public func withoutGradients<Result>(_ body: () throws(TensorError) -> Result) throws(TensorError) -> Result {
    try GradMode.with(false, body)
}
