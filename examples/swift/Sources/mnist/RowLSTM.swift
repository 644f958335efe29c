import SwiftNN

/// A recurrent network that reads an image row by row: an LSTM (Hochreiter and Schmidhuber 1997) of two layers.
final class RowLSTM: Module {
    let lstm: LSTM
    let head: Linear

    override init() throws(TensorError) {
        lstm = try LSTM(inputSize: 28, hiddenSize: 64, layers: 2, batchFirst: true)
        head = try Linear(64, 10)
        try super.init()
    }

    override func forward(_ images: Tensor) throws(TensorError) -> Tensor {
        let (output, _) = try lstm(images.squeezed([1]))  // 28 rows of 28 pixels
        return try head(output.selected(1, -1))
    }
}

func rowLSTM() throws(TensorError) -> (Module, any Optimizer) {
    let net = try RowLSTM()
    return (net, try Adam(net.parameters(), learningRate: 1e-3))
}
