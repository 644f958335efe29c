"""A small Transformer encoder over the patches of an image (after Dosovitskiy et al. 2021)."""

import digits

import swiftnn
from swiftnn import nn, optim


class PatchTransformer(nn.Module):
    def __init__(self, size=64, patch=7):
        super().__init__()
        self.embed = nn.Conv2d(1, size, kernel_size=patch, stride=patch)
        self.position = nn.Parameter(swiftnn.randn(1, (28 // patch) ** 2, size) * 0.02)
        layer = nn.TransformerEncoderLayer(
            size, nhead=4, dim_feedforward=128, dropout=0.0, activation="gelu", batch_first=True, norm_first=True
        )
        self.encoder = nn.TransformerEncoder(layer, num_layers=2, norm=nn.LayerNorm(size), enable_nested_tensor=False)
        self.head = nn.Linear(size, 10)

    def forward(self, images):
        patches = self.embed(images).flatten(2).transpose(1, 2)  # [N, 16, size]
        return self.head(self.encoder(patches + self.position).mean(1))


def build():
    net = PatchTransformer()
    return net, optim.AdamW(net.parameters(), lr=1e-3)


if __name__ == "__main__":
    digits.run("Transformer", build)
