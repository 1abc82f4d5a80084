"""Write trained weights as the files that ship: `python -m tests.training.export TRAINED OUT_FOLDER`.

int8 (dynamic, per channel), with the vocabulary beside it. Prints the size and how far the numbers moved.
"""

import argparse
import sys
import tempfile
from pathlib import Path

import numpy as np
import onnxruntime
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic

from tests.training.network import Reader

ROWS, LENGTH = 3, 20


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("trained", "out"):
        parser.add_argument(name, type=Path)
    options = parser.parse_args()
    trained = torch.load(options.trained)
    vocabulary = trained["vocabulary"]
    reader = Reader(len(vocabulary), trained["layers"])
    reader.load_state_dict(trained["weights"])
    reader.eval()
    ones = torch.ones(ROWS, LENGTH, dtype=torch.long)
    sample = {"pieces": torch.randint(1000, 2000, (ROWS, LENGTH)), "mask": ones, "own": ones}
    axes = {**{name: {0: "rows", 1: "length"} for name in sample}, "stances": {0: "rows"}}
    small = options.out / "encoder.onnx"
    with tempfile.TemporaryDirectory() as scratch:
        plain = Path(scratch) / "plain.onnx"
        torch.onnx.export(
            reader,
            tuple(sample.values()),
            plain,
            input_names=list(sample),
            output_names=["stances"],
            dynamic_axes=axes,
            opset_version=17,
            dynamo=False,
        )
        quantize_dynamic(plain, small, weight_type=QuantType.QInt8, per_channel=True)
        values = {name: each.numpy() for name, each in sample.items()}
        before, after = (onnxruntime.InferenceSession(str(each)).run(None, values)[0] for each in (plain, small))
    (options.out / "encoder.txt").write_text("\n".join(vocabulary) + "\n", encoding="utf-8")
    moved = float(np.abs(before - after).max())
    sys.stdout.write(f"{small.stat().st_size / 1e6:.1f} MB, largest difference of a logit {moved:.3f}\n")


if __name__ == "__main__":
    main()
