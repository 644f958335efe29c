import Testing

@testable import SwiftNN

@Suite struct TransformerTests {
    /// A stack made of copies shares nothing with the layer that it is made of, nor its layers with each other.
    @Test func copiesAreIndependent() throws {
        let layer = try TransformerEncoderLayer(TransformerOptions(4, heads: 2, feedForwardSize: 6, dropout: 0))
        let encoder = try TransformerEncoder(copies: 2, of: layer)
        let all = try layer.parameters() + encoder.parameters()
        let each = try layer.parameters().count
        #expect(Set(all.map(ObjectIdentifier.init)).count == all.count && all.count == 3 * each)
        #expect(try encoder.parameters()[0].equals(layer.parameters()[0]))
        #expect(try TransformerEncoder(copies: 0, of: layer).layers.isEmpty)
    }
}
