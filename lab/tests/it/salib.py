# Writes salib.json: outputs, and what SALib 1.5.2 says of them. python salib.py >salib.json
import json
import numpy as np
from SALib.analyze import delta, morris, pawn, rbd_fast, sobol
from SALib.sample import latin, morris as trajectories, sobol as sobol_sample
from SALib.test_functions import Ishigami, Sobol_G

ishigami = {"num_vars": 3, "names": ["x1", "x2", "x3"], "bounds": [[-np.pi, np.pi]] * 3}
g = {"num_vars": 8, "names": [f"x{i}" for i in range(8)], "bounds": [[0, 1]] * 8}
found = {}

for name, problem, model, base in [("ishigami", ishigami, Ishigami.evaluate, 64), ("g", g, Sobol_G.evaluate, 32)]:
    points = sobol_sample.sample(problem, base, calc_second_order=False, seed=1)
    outputs = model(points)
    says = sobol.analyze(problem, outputs, calc_second_order=False, num_resamples=1000, seed=1)
    found[f"sobol_{name}"] = {
        "factors": problem["num_vars"], "outputs": outputs.tolist(), "S1": says["S1"].tolist(), "ST": says["ST"].tolist(),
        "S1_conf": says["S1_conf"].tolist(), "ST_conf": says["ST_conf"].tolist(),
    }

unit = {"num_vars": 3, "names": ["x1", "x2", "x3"], "bounds": [[0, 1]] * 3}
points = trajectories.sample(unit, 20, num_levels=4, seed=1)
outputs = Ishigami.evaluate(np.pi * (2 * points - 1))
says = morris.analyze(unit, points, outputs, num_levels=4, num_resamples=1000, seed=1)
found["morris"] = {
    "points": points.tolist(), "outputs": outputs.tolist(), "mu": list(says["mu"]), "mu_star": list(says["mu_star"]),
    "sigma": list(says["sigma"]), "mu_star_conf": list(says["mu_star_conf"]),
}

points = latin.sample(ishigami, 300, seed=1)
outputs = Ishigami.evaluate(points)
slices = 10
quantiles = [np.nanquantile(points[:, i], np.arange(0, 1 + 1 / slices, 1 / slices)) for i in range(3)]
# SALib leaves the largest value of a factor in no slice.
slice_of = [[int(s) if s < slices else None for s in np.searchsorted(q, points[:, i], side="right") - 1]
            for i, q in enumerate(quantiles)]
says = pawn.analyze(ishigami, points, outputs, S=slices)
size = outputs.size
many = int(np.round(min(int(np.ceil(size ** (2.0 / (7.0 + np.tanh((1500.0 - size) / 500.0))))), 48)))
edges = np.linspace(0, size, many + 1)
found["given_data"] = {
    "points": points.T.tolist(), "outputs": outputs.tolist(), "slice_of": slice_of,
    "median": list(says["median"]), "mean": list(says["mean"]), "maximum": list(says["maximum"]),
    "slices": many, "S1": [delta.sobol_first(outputs, points[:, i], edges) for i in range(3)],
}

# 3 x1 + x2 + 2 x1 x3 with noise of variance 0.2, whose first orders are known.
draws = np.random.default_rng(1)
points = latin.sample(unit, 100, seed=1)
outputs = 3 * points[:, 0] + points[:, 1] + 2 * points[:, 0] * points[:, 2] + np.sqrt(0.2) * draws.standard_normal(100)
edges = np.linspace(0, 100, 6)
found["first_order"] = {
    "points": points.T.tolist(), "outputs": outputs.tolist(), "rbd_fast": list(rbd_fast.analyze(unit, points, outputs)["S1"]),
    "delta": [delta.sobol_first(outputs, points[:, i], edges) for i in range(3)],
}
print(json.dumps(found))
