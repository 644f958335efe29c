// The Swift side of the demo: reads the model that Python trained, and classifies the same digits without Python.

import SwiftNN

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

func run() throws(TensorError) -> Bool {
    let folder = CommandLine.arguments.count > 1 ? CommandLine.arguments[1] : "output"
    let net = try Module.load(from: "\(folder)/model.safetensors").eval()
    print("The network in \(folder)/model.safetensors:")
    print(net)

    let digits = try TensorFile(path: "\(folder)/digits.safetensors")
    let labels = try digits.tensor("labels")
    let logits = try withoutGradients { () throws(TensorError) in try net(digits.tensor("images")) }

    let right = try (logits.argmax(1) .== labels).sum().item(as: Int64.self)
    let percent = Double(1000 * right / Int64(labels.count)) / 10
    print("Swift classifies \(right) of \(labels.count) digits correctly: \(percent) %")

    // Bit for bit: compared as numbers, 0.0 and -0.0 would be equal, and NaN would differ from itself.
    let ours = try logits.array(of: Float.self).map(\.bitPattern)
    let theirs = try digits.tensor("logits").array(of: Float.self).map(\.bitPattern)
    let different = zip(ours, theirs).reduce(0) { $0 + ($1.0 == $1.1 ? 0 : 1) }
    if different == 0 && ours.count == theirs.count {
        print("All \(ours.count) logits are the same as Python's, bit for bit.")
        return true
    }
    print("\(different) of \(theirs.count) logits differ from Python's.")
    return false
}

do {
    if try !run() { exit(1) }
} catch {
    print("swiftnn-demo: \(error)")
    print("Run `make demo`, which trains the model first, or name the folder with its files.")
    exit(1)
}
