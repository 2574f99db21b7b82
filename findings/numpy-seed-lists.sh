#!/usr/bin/env bash
# numpy 2.4.6: default_rng([seed, 0]) is default_rng(seed), and default_rng([0, 0, 0]) is default_rng(0).
#
# A list is a usual way to give each replicate of each seed its own stream: default_rng([seed, replicate]). numpy pads
# the words of the seed with zeros before it mixes them, so zeros at the end do not count: replicate 0 is the stream of
# the bare seed. If the town is built with default_rng(seed) and replicate 0 then lived with default_rng([seed, 0]), the
# same numbers make the citizens and drive them, in that replicate only. Numbers of 32 bits and more are split into
# words that are laid end to end with the rest, so pairs collide as well: [2**32 + 1, 5] is [1, 1, 5], the stream of
# another seed, replicate and day. And the first child of SeedSequence(seed).spawn() is the list [seed, 0, 0, 0, 0].
#
# A good guess: different lists are different seeds, but for a chance too small to meet; that is what SeedSequence is
# there for, and its page says that it mixes "sources of entropy", not that some of them are dropped. The older
# generator in the same package, RandomState, does tell 1 from [1], though not [1] from [1, 0] either.
#
# Output seen, with numpy 2.4.6, the first three draws of each in thousandths:
#   7                                   [625, 897, 775]
#   [7]                                 [625, 897, 775]
#   [7, 0]                              [625, 897, 775]
#   [7, 0, 0]                           [625, 897, 775]
#   [7, 1]                              [770, 111, 189]
#   [4294967297, 5]                     [606, 221, 843]
#   [1, 1, 5]                           [606, 221, 843]
#   first child of SeedSequence(7)      [797, 53, 591]
#   [7, 0, 0, 0, 0]                     [797, 53, 591]
#
# Exits 0 while numpy behaves so, 1 once it no longer does.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --no-compile --disable-pip-version-check \
    numpy==2.4.6

"$folder/venv/bin/python" - <<'PY'
import sys

from numpy.random import SeedSequence, default_rng


def draws(label, seed):
    drawn = default_rng(seed).random(3)
    print(f"{label:35} {(drawn * 1000).astype(int).tolist()}")
    return drawn.tolist()


bare, *padded = (draws(str(seed), seed) for seed in (7, [7], [7, 0], [7, 0, 0]))
other = draws("[7, 1]", [7, 1])
wide = [draws(str(seed), seed) for seed in ([2**32 + 1, 5], [1, 1, 5])]
child = draws("first child of SeedSequence(7)", SeedSequence(7).spawn(1)[0])
spelled = draws("[7, 0, 0, 0, 0]", [7, 0, 0, 0, 0])
nothing = [default_rng(seed).random(3).tolist() for seed in (0, [], [0], [0, 0, 0])]

as_described = (
    padded == [bare] * 3
    and other != bare
    and wide[0] == wide[1]
    and child == spelled != bare
    and nothing == [nothing[0]] * 4
)
if not as_described:
    print("FAILED: the behaviour has changed", file=sys.stderr)
    sys.exit(1)
print("as described")
PY
