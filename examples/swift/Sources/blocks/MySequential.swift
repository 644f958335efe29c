import SwiftNN

/// Blocks one after the other, written by hand. The array is found when parameters are asked for.
final class MySequential: Module {
    private let blocks: [Module]

    init(_ blocks: Module...) throws(TensorError) {
        self.blocks = blocks
        try super.init()
    }

    override func forward(_ x: Tensor) throws(TensorError) -> Tensor {
        var x = x
        for block in blocks { x = try block(x) }
        return x
    }
}

func showMySequential() throws(TensorError) {
    Generator.shared.manualSeed(1)
    let mine = try MySequential(try Linear(20, 256), ReLU(), try Linear(256, 10))
    Generator.shared.manualSeed(1)
    let native = Sequential(try Linear(20, 256), ReLU(), try Linear(256, 10))
    let x = try Tensor.rand([2, 20])
    print("MySequential:", mine, separator: "\n")
    print("the same as Sequential:", try mine(x).equals(native(x)))
}
