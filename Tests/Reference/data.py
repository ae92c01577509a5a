"""Numbers for Tests/NNDataTests from Pillow, PyTorch and numpy.   usage: python data.py > data.txt

A line holds a name and base64 bytes. Pictures are small files; beside each stand the bytes that Pillow makes of it:
NAME.L.HxW is convert("L").resize((W, H), BILINEAR), NAME.RGB.HxW the same in RGB. Numbers are little-endian float32."""
import base64, io
import numpy as np, torch
from PIL import Image
import PIL

print("# Pillow", PIL.__version__, "PyTorch", torch.__version__, "numpy", np.__version__)
random = np.random.default_rng(7)


def show(name, data):
    print(name, base64.b64encode(bytes(data)).decode())


def encoded(image, kind, **options):
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


# A smooth colour picture with some noise, 13 x 17.
y, x = np.mgrid[0:13, 0:17]
colour = np.stack([127 + 120 * np.sin(x / 3), 127 + 120 * np.cos(y / 2), (x * 15 + y * 7) % 256], 2) + random.normal(0, 6, (13, 17, 3))
rgb = Image.fromarray(colour.clip(0, 255).astype(np.uint8))
alpha = Image.fromarray(random.integers(0, 256, (13, 17), dtype=np.uint8))
rgba = rgb.copy()
rgba.putalpha(alpha)
pictures = {
    "grey.jpg": encoded(rgb.convert("L"), "JPEG", quality=90),
    "rgb.jpg": encoded(rgb, "JPEG", quality=90),
    "progressive.jpg": encoded(rgb, "JPEG", quality=80, progressive=True),
    "grey.png": encoded(rgb.convert("L"), "PNG"),
    "rgb.png": encoded(rgb, "PNG"),
    "rgba.png": encoded(rgba, "PNG"),
    "palette.png": encoded(rgb.quantize(16), "PNG"),
    "grey.pgm": encoded(rgb.convert("L"), "PPM"),
    "rgb.ppm": encoded(rgb, "PPM"),
}
for name, data in pictures.items():
    show(name, data)
    for mode in ("L", "RGB"):
        for height, width in ((13, 17), (5, 6), (13, 4), (20, 31)):
            image = Image.open(io.BytesIO(data)).convert(mode).resize((width, height), Image.BILINEAR)
            show(f"{name}.{mode}.{height}x{width}", np.asarray(image).tobytes())
show("cmyk.jpg", encoded(rgb.convert("CMYK"), "JPEG"))
show("picture.gif", encoded(rgb, "GIF"))

# Rotation: grid_sample with zeros outside; affine_grid takes the matrix from output to input places.
image = torch.tensor(random.normal(size=(6, 9, 2)).astype("f4"))
show("rotate.x", image.numpy().tobytes())
for degrees in (10.0, -35.0, 90.0):
    a, (h, w) = np.deg2rad(degrees), image.shape[:2]
    matrix = torch.tensor([[[np.cos(a), -np.sin(a) * h / w, 0], [np.sin(a) * w / h, np.cos(a), 0]]], dtype=torch.float32)
    grid = torch.nn.functional.affine_grid(matrix, (1, 2, h, w), align_corners=False)
    turned = torch.nn.functional.grid_sample(image.permute(2, 0, 1)[None], grid, align_corners=False)
    show(f"rotate.{degrees:g}", turned[0].permute(1, 2, 0).contiguous().numpy().tobytes())

# standard, as scikit-learn's StandardScaler: population deviation; minmax.
table = (random.normal(size=(40, 3)) * [1, 100, 0.01] + [0, 1000, -5]).astype("f4")
show("table.x", table.tobytes())
wide = table.astype("f8")
show("table.standard", ((wide - wide.mean(0)) / wide.std(0)).astype("f4").tobytes())
show("table.minmax", ((wide - wide.min(0)) / (wide.max(0) - wide.min(0))).astype("f4").tobytes())

# Equal-count bins: numpy's digitize on its quantiles.
values = np.round(random.exponential(size=50), 1).astype("f4")
show("bins.x", values.tobytes())
for k in (3, 4):
    edges = np.quantile(values.astype("f8"), np.arange(1, k) / k)
    show(f"bins.{k}", np.digitize(values.astype("f8"), edges).astype("u1").tobytes())
