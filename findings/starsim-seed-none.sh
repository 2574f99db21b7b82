#!/usr/bin/env bash
# Starsim 3.7.2: rand_seed=None is seed 0, so that "random" repeats of a run are all the same run.
#
# Five epidemics with rand_seed=None end with the same number of infections, to the person, and it is the number of
# rand_seed=0. Seeds 1 to 4 give other ones. Nothing is said.
#
# A good guess: None asks for a seed from the operating system, as it does in numpy, scipy, Python's random, Mesa and
# Gymnasium, and the remark beside the setting, "if None, don't reset", points the same way. Anyone who wants
# to see how much chance matters gives no seed, runs five times, and finds that it does not matter at all: a spread of
# exactly zero.
#
# Output seen, with Starsim 3.7.2 (numpy 2.4.6):
#   rand_seed=None, five times: [276, 276, 276, 276, 276]
#   rand_seed=0:                276
#   rand_seed=1 to 4:           [326, 274, 299, 332]
#
# Starsim brings numba and more, half a GB on disk. Exits 0 while Starsim behaves so, 1 once it no longer does.
set -euo pipefail

script=$(realpath "$0")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --no-compile --disable-pip-version-check \
    starsim==3.7.2 numpy==2.4.6

# Starsim would otherwise rebuild matplotlib's list of fonts in the home folder.
STARSIM_INSTALL_FONTS=0 MPLCONFIGDIR="$folder" "$folder/venv/bin/python" - >"$folder/found" <<'PY'
import starsim as ss


def infections(seed):
    sim = ss.Sim(
        n_agents=500,
        diseases=ss.SIR(init_prev=0.1, beta=0.1),
        networks=ss.RandomNet(n_contacts=4),
        start=2000,
        stop=2010,
        dt=1,
        rand_seed=seed,
        verbose=0,
    )
    sim.run()
    return int(sim.results.sir.cum_infections[-1])


unseeded = [infections(None) for _ in range(5)]
zero = infections(0)
seeded = [infections(seed) for seed in range(1, 5)]
print(f"rand_seed=None, five times: {unseeded}")
print(f"rand_seed=0:                {zero}")
print(f"rand_seed=1 to 4:           {seeded}")
PY

# What came out is held against what stands above as the output seen, line by line.
cat "$folder/found"
if ! diff <(sed -n '/^# Output seen/,/^#$/s/^#   //p' "$script") "$folder/found" >&2; then
    echo "FAILED: the behaviour has changed" >&2
    exit 1
fi
echo "as described"
