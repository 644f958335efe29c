"""A recurrent network that reads an image row by row: an LSTM (Hochreiter and Schmidhuber 1997) of two layers."""

import digits

from swiftnn import nn, optim


class RowLSTM(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(28, 64, num_layers=2, batch_first=True)
        self.head = nn.Linear(64, 10)

    def forward(self, images):
        output, _ = self.lstm(images.squeeze(1))  # 28 rows of 28 pixels
        return self.head(output[:, -1])


def build():
    net = RowLSTM()
    return net, optim.Adam(net.parameters(), lr=1e-3)


# The gradients of a recurrent network grow with the number of steps that they pass; now and then, out of all proportion.
CLIP = 0.3

if __name__ == "__main__":
    digits.run("LSTM", build, CLIP)
