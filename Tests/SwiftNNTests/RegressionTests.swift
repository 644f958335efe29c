import Testing

@testable import SwiftNN

// Faults that were found once, each with the case that showed it.
extension CoreTests {
    @Suite("Regressions")
    struct RegressionTests {
        @Test("A container in itself is an error when it is called, and can be printed and searched")
        func containerInItself() throws {
            let net = Sequential(ReLU())
            net.append(net)
            net.append(net)
            let error = try #require(throws: TensorError.self) { _ = try net(Tensor.zeros([1])) }
            #expect(error.code == .runtime && error.detail.contains("contains itself"))
            #expect(net.description.contains("Sequential(...)"))
            #expect(try net.state().isEmpty && net.parameters().isEmpty)
            net.removeAll()
        }

        @Test("A deep tree is an error when it is called, and is freed without recursion")
        func deepTree() throws {
            var net = Sequential(ReLU())
            for _ in 0..<200_000 { net = Sequential(net) }
            let error = try #require(throws: TensorError.self) { _ = try net(Tensor.zeros([1])) }
            #expect(error.detail.contains("nested more than"))
        }

        final class Child: Module {
            weak var parent: Module?
            let linear: Linear

            override init() throws(TensorError) {
                linear = try Linear(1, 1)
                try super.init()
            }
        }

        final class Parent: Module {
            let child: Child
            let table = [Float](repeating: 0, count: 1_000_000)

            override init() throws(TensorError) {
                child = try Child()
                try super.init()
                child.parent = self
            }
        }

        @Test("A block that knows its parent, and one with a large table of numbers")
        func parentAndTable() throws {
            let net = try Parent()
            #expect(try net.state().map(\.name) == ["child.linear.weight", "child.linear.bias"])
            #expect(net.description.contains("(parent): Parent(...)"))
            let clock = ContinuousClock()
            // Looked through element by element, the table alone takes seconds.
            #expect(try clock.measure { _ = try net.parameters() } < .seconds(1))
        }

        @Test("Without input features the bias is all there is", arguments: [[2, 0], [17, 0], [1, 17, 0]])
        func noInputFeatures(_ shape: [Int]) throws {
            let weight = try Tensor.zeros([3, 0]), bias = try Tensor([1, 2, 3] as [Float])
            let y = try Tensor.zeros(shape).linear(weight, bias)
            #expect(y.shape.last == 3 && y.count == shape.dropLast().reduce(3, *))
            #expect(try y.array(of: Float.self).prefix(3) == [1, 2, 3])
        }

        @Test("A value that does not fit a deferred parameter leaves the others as they were")
        func loadingIsAllOrNothing() throws {
            let net = Sequential(try Linear(2, 2), try LazyLinear(3))
            let before = try #require(net.blocks.first as? Linear).weight.copied()
            let values = [
                ("0.weight", try Tensor.ones([2, 2])), ("0.bias", try Tensor.ones([2])),
                ("1.weight", try Tensor.ones([4, 2])), ("1.bias", try Tensor.ones([3])),
            ].map { (name: $0.0, tensor: $0.1) }
            let error = try #require(throws: TensorError.self) { try net.load(values) }
            #expect(error.detail.contains("1.weight") && !error.detail.contains("0.weight"))
            #expect(try #require(net.blocks.first as? Linear).weight.equals(before))
            #expect(try !net.parameters()[2].isInitialized)
        }
    }
}
