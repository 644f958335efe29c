import SwiftNN

/// 4,000 digits to train on and 1,000 to test on, from the file that examples/mnist/digits.py writes.
struct Digits {
    let train: TensorDataset<(Tensor, Tensor)>
    let images: Tensor, labels: Tensor

    init(path: String) throws(TensorError) {
        let file = try TensorFile(path: path)
        train = try TensorDataset(file.tensor("train_images"), file.tensor("train_labels"))
        images = try file.tensor("test_images")
        labels = try file.tensor("test_labels")
    }
}

/// Trains for so many steps, and gives the loss of each. `clip` is the largest norm of the gradients.
func fit(
    _ net: Module, _ optimizer: some Optimizer, _ digits: Digits, steps: Int = 200, clip: Double? = nil
) throws(TensorError) -> [Double] {
    var losses: [Double] = []
    try net.train()
    while true {
        for batch in try DataLoader(digits.train, batchSize: 64, shuffle: true, dropLast: true) {
            let (images, labels) = try batch.examples
            let loss = try net(images).crossEntropy(labels)
            optimizer.zeroGrad()
            try loss.backward()
            if let clip { try clipGradients(of: net.parameters(), toNorm: clip) }
            try optimizer.step()
            losses.append(Double(try loss.item(as: Float.self)))
            if losses.count == steps { return losses }
        }
    }
}

/// The share of the digits that the network tells right.
func accuracy(_ net: Module, _ digits: Digits) throws(TensorError) -> Double {
    try net.eval()
    return try withoutGradients { () throws(TensorError) in
        try (net(digits.images).argmax(1) .== digits.labels).to(.float64).mean().item(as: Double.self)
    }
}
