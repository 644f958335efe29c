import SwiftNN

/// Trains a small network on made data, saves it, and loads it back.
func showTraining() throws(TensorError) {
    Generator.shared.manualSeed(0)
    let x = try Tensor.randn([256, 2])
    // Inside the circle or outside of it.
    let labels = try x.squared().sum([1]).greaterThan(Tensor.full([], 1.4)).to(.int64)

    let net = Sequential(try Linear(2, 32), Tanh(), try Linear(32, 2))
    let optimizer = try Adam(net.parameters(), learningRate: 0.02)
    for step in 1...200 {
        let loss = try net(x).crossEntropy(labels)
        optimizer.zeroGrad()
        try loss.backward()
        try optimizer.step()
        if step % 50 == 0 { print("step \(step): loss \(try loss.item(as: Float.self))") }
    }

    let path = "circle.safetensors"
    try net.save(to: path)
    let loaded = try Module.load(from: path).eval()
    let right = try withoutGradients { () throws(TensorError) in
        try (loaded(x).argmax(1) .== labels).to(.float32).mean().item(as: Float.self)
    }
    print("accuracy of the loaded network: \(right)")
}
